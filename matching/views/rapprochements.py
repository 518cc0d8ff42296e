"""« Vos rapprochements »: one ranked list, for the company or for one of its besoins."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from matching.models import Besoin, Demande
from matching.paire import paire_de
from matching.presentation.annonces import FicheAnnonce
from matching.presentation.demandes import FicheDemande
from matching.presentation.filtres import filtrer
from matching.presentation.rapprochements import echanges_ouverts, fiches_de
from matching.rapprochements import charger, chemins_de
from matching.views.commun import url_du_territoire
from profils.acces import RequeteEntreprise, avec_entreprise


@require_safe
@avec_entreprise
def rapprochements(request: RequeteEntreprise) -> HttpResponse:
    return _liste(request)


@require_safe
@avec_entreprise
def rapprochements_du_besoin(request: RequeteEntreprise, annonce: UUID) -> HttpResponse:
    besoins = Besoin.objects.de_entreprise(request.entreprise).select_related("competence")
    return _liste(request, get_object_or_404(besoins, uuid=annonce))


def _liste(request: RequeteEntreprise, besoin: Besoin | None = None) -> HttpResponse:
    chemins = chemins_de(request.entreprise, besoin=besoin)
    selection = filtrer(chemins, request.GET)
    besoins = [] if besoin else _besoins_en_ligne(request)
    contexte = {
        "fiches": fiches_de(charger(list(selection.page.object_list)), echanges_ouverts(request.entreprise)),
        "total": len(chemins),
        "filtres": selection.filtres,
        "filtre": selection.filtre,
        "page": selection.page,
        "besoin": FicheAnnonce(besoin, est_la_sienne=True) if besoin else None,
        "demande": _demande_en_cours(besoin) if besoin else None,
        "paire": paire_de(request.entreprise, a_besoin=None if besoin else bool(besoins)),
        "entreprise": request.entreprise,
        "besoins": besoins,
        "url_territoire": "" if chemins else url_du_territoire(request.entreprise.commune),
    }
    return render(request, "matching/rapprochements.html", contexte)


def _demande_en_cours(besoin: Besoin) -> FicheDemande | None:
    demande = Demande.objects.en_cours().filter(besoin=besoin).detaillees().first()
    return FicheDemande(demande) if demande else None


def _besoins_en_ligne(request: RequeteEntreprise) -> list[FicheAnnonce]:
    """The company's besoins, each with its own list; when nothing is found, each can be loosened."""
    besoins = Besoin.objects.publiees().de_entreprise(request.entreprise).select_related("competence")
    montres = besoins.defer("position").order_by("-publie_le", "pk")  # no point to decode
    return [FicheAnnonce(besoin, est_la_sienne=True) for besoin in montres]
