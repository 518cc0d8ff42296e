"""What a company of one's territoire may do with its neighbours."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from matching.arrivee import arrivee_de
from matching.paire import paire_de
from matching.presentation.filtres import filtrer
from matching.presentation.rapprochements import echanges_ouverts, fiches_de
from matching.rapprochements import charger, chemins_de
from profils.acces import entreprise_de
from profils.models import Entreprise


@require_safe
@reserve_a_l_animation
def rapprochements(request: RequeteAnimation, entreprise: UUID) -> HttpResponse:
    """A company's matches, cercles of 4 included; its échanges stay its own business.

    Whoever animates and acts for this very company reads it as its own, and may propose.
    """
    du_ressort = Entreprise.objects.du_ressort_de(request.user).select_related("commune")
    lue = get_object_or_404(du_ressort, uuid=entreprise)
    de_loin = entreprise_de(request) != lue
    chemins = chemins_de(lue, a_quatre=True)
    selection = filtrer(chemins, request.GET)
    trouves = charger(list(selection.page.object_list), de_loin=de_loin)
    contexte = {
        "entreprise": lue,
        "est_accompagnee": Entreprise.objects.accompagnees().filter(pk=lue.pk, effacee_le=None).exists(),
        "arrivee": arrivee_de(lue),
        "paire": paire_de(lue),
        "fiches": fiches_de(trouves, {} if de_loin else echanges_ouverts(lue), de_loin=de_loin),
        "total": len(chemins),
        "filtres": selection.filtres,
        "filtre": selection.filtre,
        "page": selection.page,
    }
    return render(request, "animation/rapprochements.html", contexte)
