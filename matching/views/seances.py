"""Propose, choose, move and cancel the séance of an apport."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from matching.erreurs import DatesRefusees, EchangeNonEngage, EndroitIncomplet, SeanceModifiee
from matching.forms_seances import FormulaireChoix, FormulaireSeance, FormulaireVersion
from matching.models import EtatSeance
from matching.moteur.adequation import Lieu
from matching.presentation.dates import dire_rendez_vous
from matching.presentation.seances import SuiviApport, dates_suggerees, lieux_communs
from matching.services import seances as services
from matching.services.apports import est_engage
from matching.views.commun import RefusDits, envoi
from matching.views.suivis import retour, seance_de, suivi_de
from profils.acces import RequeteEntreprise, avec_entreprise


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def proposer_seance(request: RequeteEntreprise, echange: UUID, rang: int) -> HttpResponse:
    """Propose dates: the first ones, others instead, or to move the date agreed."""
    suivi = suivi_de(request, echange, rang)
    if not est_engage(suivi.apport):
        messages.error(request, EchangeNonEngage.message)
        return retour(suivi)
    formulaire = FormulaireSeance(
        envoi(request),
        suivi=suivi,
        suggerees=dates_suggerees(suivi.apport, suivi.lignes.duree_minutes, suivi.seance),
        initial=_valeurs(suivi),
    )
    if formulaire.is_valid() and _proposer(request, suivi, formulaire):
        return retour(suivi)
    contexte = {"suivi": suivi, "formulaire": formulaire}
    return render(request, "matching/seance.html", contexte, status=422 if formulaire.is_bound else 200)


@require_POST
@avec_entreprise
def choisir_date(request: RequeteEntreprise, seance: UUID) -> HttpResponse:
    trouvee = seance_de(request, seance)
    formulaire = FormulaireChoix(request.POST)
    if not formulaire.is_valid():
        messages.error(
            request, SeanceModifiee.message if request.POST.get("date") else "Choisissez une date."
        )
        return retour(trouvee)
    with RefusDits(request):
        convenue = services.choisir_date(
            par=request.user,
            seance=trouvee,
            entreprise=request.entreprise,
            debut=formulaire.cleaned_data["date"],
            version=formulaire.cleaned_data["version"],
        )
        if convenue.debut:
            messages.success(
                request,
                f"C’est noté\u00a0: {dire_rendez_vous(convenue.debut)}. Un courriel part à chacun.",
            )
    return retour(trouvee)


@require_POST
@avec_entreprise
def maintenir_seance(request: RequeteEntreprise, seance: UUID) -> HttpResponse:
    trouvee = seance_de(request, seance)
    formulaire = FormulaireVersion(request.POST)
    if not formulaire.is_valid():
        messages.error(request, SeanceModifiee.message)
        return retour(trouvee)
    with RefusDits(request):
        services.maintenir_seance(
            par=request.user,
            seance=trouvee,
            entreprise=request.entreprise,
            version=formulaire.cleaned_data["version"],
        )
        messages.success(request, "La date convenue ne change pas.")
    return retour(trouvee)


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def annuler_seance(request: RequeteEntreprise, seance: UUID) -> HttpResponse:
    """Ask once, then call it off."""
    trouvee = seance_de(request, seance)
    if request.method != "POST":
        suivi = SuiviApport(trouvee.apport, request.entreprise, seance=trouvee)
        return render(request, "matching/annuler_seance.html", {"suivi": suivi})
    with RefusDits(request):
        services.annuler_seance(par=request.user, seance=trouvee, entreprise=request.entreprise)
        messages.success(request, "La séance est annulée. Nous prévenons l’autre entreprise.")
    return retour(trouvee)


def _valeurs(suivi: SuiviApport) -> dict[str, object]:
    """The place last said, else the first that both listings accept; the version read."""
    endroit = suivi.dates or (suivi.seance if suivi.est_convenue else None)
    if endroit is not None:
        lieu = {"lieu": endroit.lieu, "adresse": endroit.adresse, "lien_visio": endroit.lien_visio}
    else:
        communs = lieux_communs(suivi.apport)
        ordre = (Lieu.CHEZ_OFFREUR, Lieu.CHEZ_DEMANDEUR, Lieu.TIERS_LIEU, Lieu.VISIO)
        lieu = {"lieu": int(next(lieu for lieu in ordre if communs & lieu))}
    est_close = suivi.seance is None or suivi.seance.etat == EtatSeance.PASSEE or suivi.est_passee
    return {**lieu, "version": 0 if est_close or suivi.seance is None else suivi.seance.version}


def _proposer(request: RequeteEntreprise, suivi: SuiviApport, formulaire: FormulaireSeance) -> bool:
    """Send what the form holds; what is refused is said at the field."""
    try:
        services.proposer_dates(
            par=request.user,
            apport=suivi.apport,
            entreprise=request.entreprise,
            rencontre=formulaire.rencontre,
            version=formulaire.cleaned_data["version"],
        )
    except DatesRefusees as refus:
        formulaire.add_error("dates", refus.message)
    except EndroitIncomplet as refus:
        formulaire.add_error("lieu", refus.message)
    except SeanceModifiee as refus:
        messages.error(request, refus.message)
        return True
    else:
        messages.success(request, f"C’est envoyé. {suivi.autre.nom} va choisir une date.")
        return True
    return False
