"""Guides in the console: what to read again, what to take up, what has grown old."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from animation.acces import RequeteAnimation, reserve_a_l_animation
from animation.communaute import PROFONDEUR_GUIDE_NATIONAL
from animation.models import Guide, GuideDecline
from animation.presentation.guides import guides_ecrits
from animation.services.declinaisons import declinaisons_de, decliner_guide, relire_original
from animation.vieillissement import pages_vieilles
from matching.views.commun import RefusDits


@require_safe
@reserve_a_l_animation
def guides(request: RequeteAnimation) -> HttpResponse:
    declines = declinaisons_de(request.territoires)
    pris = {(page.original_id, page.territoire.pk) for page in declines}
    nationaux = list(Guide.objects.live().filter(depth=PROFONDEUR_GUIDE_NATIONAL).order_by("title"))
    contexte = {
        "declines": declines,
        "ecrits": guides_ecrits(request.territoires),
        "est_seul": len(request.territoires) == 1,
        "nationaux": [
            (guide, [t for t in request.territoires if (guide.pk, t.pk) not in pris and hasattr(t, "page")])
            for guide in nationaux
        ],
        "vieilles": pages_vieilles(None if request.user.est_referent else request.territoires),
    }
    return render(request, "animation/guides.html", contexte)


@require_POST
@reserve_a_l_animation
def decliner(request: RequeteAnimation, guide: int) -> HttpResponse:
    """Make the draft for `territoire`, and go and write in it; another's territoire does not exist."""
    lu = get_object_or_404(Guide, pk=guide, depth=PROFONDEUR_GUIDE_NATIONAL)
    code = request.POST.get("territoire", "")
    territoire = next((t for t in request.territoires if t.code == code and hasattr(t, "page")), None)
    if territoire is None:
        raise Http404
    with RefusDits(request):
        page = decliner_guide(par=request.user, guide=lu, territoire=territoire)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return redirect("animation:guides")


@require_POST
@reserve_a_l_animation
def relu(request: RequeteAnimation, page: int) -> HttpResponse:
    siennes = declinaisons_de(request.territoires)
    declinaison: GuideDecline | None = next((p for p in siennes if p.pk == page), None)
    if declinaison is None:
        raise Http404
    with RefusDits(request):
        relire_original(par=request.user, declinaison=declinaison)
        messages.success(request, "C’est noté\u00a0: vous avez relu l’original.")
    return redirect("animation:guides")
