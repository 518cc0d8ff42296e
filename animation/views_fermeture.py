"""Close a company entered for somebody who never came: she has asked for it by phone or at her door."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from animation.acces import RequeteAnimation, reserve_a_l_animation
from profils.fermeture import fermer_entreprise, rouvrir_entreprise
from profils.models import REPENTIR, Entreprise


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_a_l_animation
def fermer(request: RequeteAnimation, entreprise: UUID) -> HttpResponse:
    """What closing does, or until when it may be undone; one button."""
    lue = _accompagnee(request, entreprise)
    if request.method != "POST":
        return render(request, "animation/fermer.html", {"entreprise": lue, "delai": REPENTIR.days})
    fermer_entreprise(par=request.user, entreprise=lue)
    messages.success(request, f"«\u00a0{lue.nom}\u00a0» est fermée.")
    return redirect("animation:fermer_entreprise", lue.uuid)


@require_POST
@reserve_a_l_animation
def rouvrir(request: RequeteAnimation, entreprise: UUID) -> HttpResponse:
    lue = _accompagnee(request, entreprise)
    rouvrir_entreprise(par=request.user, entreprise=lue)
    messages.success(request, f"«\u00a0{lue.nom}\u00a0» est rouverte.")
    return redirect("animation:fermer_entreprise", lue.uuid)


def _accompagnee(request: RequeteAnimation, uuid: UUID) -> Entreprise:
    """Return a company of this console whose people have never signed in; any other is a 404."""
    accompagnees = Entreprise.objects.accompagnees().du_ressort_de(request.user).filter(effacee_le=None)
    return get_object_or_404(accompagnees.distinct(), uuid=uuid)
