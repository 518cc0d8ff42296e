"""A new company may send little: whoever animates its territoire and knows it lifts that, or puts it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from animation.acces import RequeteAnimation, reserve_a_l_animation
from profils.limites import lever_limites, remettre_limites
from profils.models import Entreprise


@require_POST
@reserve_a_l_animation
def lever(request: RequeteAnimation, entreprise: UUID) -> HttpResponse:
    lue = get_object_or_404(Entreprise, uuid=entreprise)
    lever_limites(par=request.user, entreprise=lue)
    messages.success(request, f"«\u00a0{lue.nom}\u00a0» n’a plus de limite par semaine.")
    return redirect("animation:rapprochements", lue.uuid)


@require_POST
@reserve_a_l_animation
def remettre(request: RequeteAnimation, entreprise: UUID) -> HttpResponse:
    lue = get_object_or_404(Entreprise, uuid=entreprise)
    remettre_limites(par=request.user, entreprise=lue)
    messages.success(request, f"«\u00a0{lue.nom}\u00a0» retrouve la limite des nouvelles entreprises.")
    return redirect("animation:rapprochements", lue.uuid)
