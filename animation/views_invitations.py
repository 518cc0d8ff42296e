"""The link of an invitation: reading it writes nothing; one button accepts it and signs in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from animation.models import AccueilTerritoire, Invitation
from animation.services.invitations import accepter_invitation, lire_jeton
from profils.liens import CompteFerme, InvitationPerimee, entrer


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, jeton: str) -> HttpResponse:
    lue = lire_jeton(jeton)
    if lue is None or request.method != "POST":
        return render(request, "animation/invitation.html", {"invitation": lue})
    try:
        utilisateur = accepter_invitation(invitation=lue)
    except (InvitationPerimee, CompteFerme) as refus:
        return render(request, "animation/invitation.html", {"invitation": None, "refus": refus.message})
    suite = f"{reverse('mfa_activate_totp')}?{urlencode({'suite': _premiere_page(lue)})}"
    return entrer(request, utilisateur, suite=suite)


def _premiere_page(lue: Invitation) -> str:
    """Where one begins: one's own page, open to be written."""
    page = AccueilTerritoire.objects.filter(territoire=lue.territoire_id).first()
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else reverse("animation:console")
