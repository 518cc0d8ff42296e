"""« Vos rapprochements »: one ranked list, for the company or for one of its besoins."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from matching.models import Besoin, Nature
from matching.paire import paire_de
from matching.presentation.annonces import FicheAnnonce
from matching.presentation.rapprochements import compter_par_nature, echanges_ouverts, fiches_de
from matching.rapprochements import LISTE_MAX, rapprochements_de
from matching.views.commun import url_du_territoire
from profils.acces import RequeteEntreprise, avec_entreprise

EXAMINES_MAX = 200  # counted by nature; the page shows `LISTE_MAX` of them at most

FILTRES = (
    (Nature.RECIPROQUE, "Réciproques"),
    (Nature.CERCLE, "Cercles à trois"),
    (Nature.DIRECT, "Directs"),
)


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
    tous = rapprochements_de(request.entreprise, besoin=besoin, limite=EXAMINES_MAX)
    comptes = compter_par_nature(tous)
    nature = request.GET.get("nature")
    if nature not in comptes or not comptes[nature]:
        nature = None  # an unknown or empty filter shows the whole list
    gardes = [r for r in tous if nature in {None, r.nature}][:LISTE_MAX]
    contexte = {
        "fiches": fiches_de(gardes, echanges_ouverts(request.entreprise)),
        "total": len(tous),
        "filtres": [(code, nom, comptes[code]) for code, nom in FILTRES if comptes[code]],
        "nature": nature,
        "besoin": FicheAnnonce(besoin, est_la_sienne=True) if besoin else None,
        "paire": paire_de(request.entreprise),
        "entreprise": request.entreprise,
        "besoins": [] if besoin else _besoins_en_ligne(request),
        "url_territoire": "" if gardes else url_du_territoire(request.entreprise.commune),
    }
    return render(request, "matching/rapprochements.html", contexte)


def _besoins_en_ligne(request: RequeteEntreprise) -> list[FicheAnnonce]:
    """The company's besoins, each with its own list; when nothing is found, each can be loosened."""
    besoins = Besoin.objects.publiees().de_entreprise(request.entreprise).select_related("competence")
    return [FicheAnnonce(besoin, est_la_sienne=True) for besoin in besoins.order_by("-publie_le", "pk")]
