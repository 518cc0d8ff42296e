"""« Et si cette entreprise proposait… »: what one savoir-faire more would unlock around a company."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.forms_essais import FormulaireEssai
from matching.essais import essayer, trous_autour
from profils.models import Entreprise


@require_safe
@reserve_a_l_animation
def essais(request: RequeteAnimation, entreprise: UUID) -> HttpResponse:
    """The compétences most lacking around a company, and the effect of the one chosen (`?competence=`).

    HTMX asks for the choice and its effect alone; the whole page says the same.
    """
    lue = get_object_or_404(
        Entreprise.objects.du_ressort_de(request.user).select_related("commune"), uuid=entreprise
    )
    formulaire = FormulaireEssai(request.GET if "competence" in request.GET else None)
    competence = formulaire.cleaned_data["competence"] if formulaire.is_valid() else None
    contexte = {
        "entreprise": lue,
        "adresse": request.path,
        "formulaire": formulaire,
        "essai": essayer(lue, competence) if competence else None,
    }
    if request.htmx:
        reponse = render(request, "animation/_essai.html", contexte)
    else:
        reponse = render(request, "animation/essais.html", contexte | {"trous": trous_autour(lue)})
    patch_vary_headers(reponse, ["HX-Request"])  # the way back must not show the fragment
    return reponse
