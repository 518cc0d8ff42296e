"""« Demander à mes voisins »: launch a demande, follow it, stop it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.arrivee import arrivee_de
from matching.forms import FormulaireProposition
from matching.models import Besoin, Demande
from matching.paire import paire_de
from matching.presentation.annonces import FicheAnnonce
from matching.presentation.demandes import FicheDemande
from matching.raisons import dire_arete
from matching.services import demandes as services
from matching.services.vagues import TAILLE_DE_VAGUE, prevoir_vague
from matching.views.commun import RefusDits, envoi, url_du_territoire
from profils.acces import RequeteEntreprise, avec_entreprise


@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def demander(request: RequeteEntreprise, annonce: UUID) -> HttpResponse:
    """Show who would be asked first, then ask them."""
    siens = Besoin.objects.de_entreprise(request.entreprise).select_related("competence", "entreprise")
    besoin = get_object_or_404(siens, uuid=annonce)
    deja = Demande.objects.en_cours().filter(besoin=besoin).first()
    if deja:
        return redirect("matching:demande", deja.uuid)
    formulaire = FormulaireProposition(envoi(request))
    if formulaire.is_valid():
        with RefusDits(request):
            demande = services.lancer_demande(
                par=request.user, besoin=besoin, mot=formulaire.cleaned_data["mot"]
            )
            messages.success(request, "C’est parti\u00a0: vos voisins sont prévenus.")
            return redirect("matching:demande", demande.uuid)
        return redirect("matching:demander", besoin.uuid)
    return _avant_de_demander(request, besoin, formulaire)


def _avant_de_demander(
    request: RequeteEntreprise, besoin: Besoin, formulaire: FormulaireProposition
) -> HttpResponse:
    premieres = prevoir_vague(Demande(besoin=besoin)) if besoin.est_visible else []
    contexte = {
        "besoin": FicheAnnonce(besoin, est_la_sienne=True),
        "premieres": [(arete, dire_arete(arete)) for arete in premieres[:TAILLE_DE_VAGUE]],
        "reste": len(premieres) - TAILLE_DE_VAGUE,
        "formulaire": formulaire,
        "paire": paire_de(request.entreprise),
        "arrivee": arrivee_de(request.entreprise),
        "entreprise": request.entreprise,
        "url_territoire": "" if premieres else url_du_territoire(request.entreprise.commune),
    }
    return render(request, "matching/demander.html", contexte, status=422 if formulaire.is_bound else 200)


@require_safe
@avec_entreprise
def demande(request: RequeteEntreprise, demande: UUID) -> HttpResponse:
    fiche = FicheDemande(_la_sienne(request, demande))
    contexte = {
        "fiche": fiche,
        "besoin": FicheAnnonce(fiche.demande.besoin, est_la_sienne=True),
        "url_territoire": url_du_territoire(request.entreprise.commune),
    }
    return render(request, "matching/demande.html", contexte)


@require_POST
@avec_entreprise
def arreter(request: RequeteEntreprise, demande: UUID) -> HttpResponse:
    arretee = services.arreter_demande(par=request.user, demande=_la_sienne(request, demande))
    messages.success(request, "C’est arrêté. Nous prévenons qui n’avait pas encore répondu.")
    return redirect("matching:demande", arretee.uuid)


def _la_sienne(request: RequeteEntreprise, uuid: UUID) -> Demande:
    siennes = Demande.objects.de_entreprise(request.entreprise).detaillees()
    return get_object_or_404(siennes, uuid=uuid)
