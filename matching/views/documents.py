"""What one takes away from an échange: a séance for one's calendar, the exchange sheet."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from echange.socle.calendrier import Methode, en_ics
from matching.calendrier import rendez_vous
from matching.fiche_pdf import Don, composer_fiche
from matching.forms_seances import formulaire_des_valeurs
from matching.models import Apport, Echange, EtatSeance, Valeur
from matching.models.echanges import STATUTS_CONVENUS
from matching.presentation.seances import suivis, suivis_des_dons
from matching.raisons import enumerer
from matching.services.accords import declarer_valeur
from matching.services.apports import est_engage
from matching.views.commun import envoi
from matching.views.suivis import seance_de
from profils.acces import RequeteEntreprise, avec_entreprise


@require_safe
@never_cache
@avec_entreprise
def agenda_seance(request: RequeteEntreprise, seance: UUID) -> HttpResponse:
    """The séance as a file that any calendar imports."""
    trouvee = seance_de(request, seance)
    if trouvee.etat not in (EtatSeance.CONVENUE, EtatSeance.PASSEE):
        raise Http404
    ics = en_ics([rendez_vous(trouvee, request.entreprise)], Methode.PUBLIER)
    return _fichier(ics, "text/calendar; charset=utf-8; method=PUBLISH", "seance.ics")


@require_safe
@never_cache
@avec_entreprise
def fiche_pdf(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    """The exchange sheet, for the companies of the échange alone."""
    trouve = _le_mien(request, echange)
    apports = _apports(trouve)
    titre = enumerer(list(dict.fromkeys(n for a in apports for n in (a.receveur.nom, a.donneur.nom))))
    return _fichier(composer_fiche(titre, _dons(apports)), "application/pdf", "fiche-d-echange.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def valeurs(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    """Say, or not, what each of one's own gifts is worth; then take the sheet away."""
    trouve = _le_mien(request, echange)
    dons = [s for s in suivis(_apports(trouve), request.entreprise) if s.donne and est_engage(s.apport)]
    connues = dict(Valeur.objects.filter(apport__echange=trouve).values_list("apport", "montant"))
    initiales = {f"valeur_{s.apport.rang}": connues.get(s.apport.pk) for s in dons}
    formulaire = formulaire_des_valeurs(dons)(envoi(request), initial=initiales)
    peut_ecrire = bool(dons)
    if peut_ecrire and formulaire.is_valid():
        for suivi in dons:
            montant: Decimal | None = formulaire.cleaned_data[f"valeur_{suivi.apport.rang}"]
            declarer_valeur(
                par=request.user, apport=suivi.apport, entreprise=request.entreprise, montant=montant
            )
        messages.success(request, "C’est noté. La fiche est à jour.")
        return redirect("matching:valeurs", echange)
    contexte = {"echange": trouve, "formulaire": formulaire, "peut_ecrire": peut_ecrire}
    return render(request, "matching/valeurs.html", contexte, status=422 if formulaire.errors else 200)


def _le_mien(request: RequeteEntreprise, uuid: UUID) -> Echange:
    """Return an échange that everyone has once accepted; for others, or before that, it has no sheet."""
    visibles = Echange.objects.visibles_par(request.user).de_entreprise(request.entreprise)
    trouve = get_object_or_404(visibles, uuid=uuid)
    if trouve.statut not in STATUTS_CONVENUS:
        raise Http404
    return trouve


def _apports(echange: Echange) -> list[Apport]:
    return list(
        Apport.objects.filter(echange=echange)
        .select_related(
            "echange", "donneur__commune", "receveur__commune", "besoin", "savoir_faire__competence", "valeur"
        )
        .order_by("rang")
    )


def _dons(apports: list[Apport]) -> list[Don]:
    return [
        Don(suivi, suivi.apport.valeur.montant if hasattr(suivi.apport, "valeur") else None)
        for suivi in suivis_des_dons(apports)
    ]


def _fichier(contenu: bytes, genre: str, nom: str) -> HttpResponse:
    return HttpResponse(
        contenu, content_type=genre, headers={"Content-Disposition": f'attachment; filename="{nom}"'}
    )
