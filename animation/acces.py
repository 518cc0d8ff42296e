"""The console's door: open to those who animate, their phone proved; it does not exist for others."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.middleware import HtmxDetails

from profils.models import Utilisateur
from profils.second_facteur import manque_le_second_facteur
from territoires.models import Territoire

P = ParamSpec("P")


class RequeteAnimation(HttpRequest):
    """A request of somebody who animates; `reserve_a_l_animation` makes it so.

    For annotations only: Django never builds one.
    """

    user: Utilisateur
    htmx: HtmxDetails
    territoires: list[Territoire]


def territoires_animes(utilisateur: Utilisateur) -> QuerySet[Territoire]:
    """Territoires of this person's console: all the open ones for a référent."""
    if utilisateur.est_referent:
        return Territoire.objects.ouverts()
    return Territoire.objects.filter(animateurs__utilisateur=utilisateur)


def peut_animer(utilisateur: Utilisateur) -> bool:
    return utilisateur.est_referent or utilisateur.animations.exists()


class RequeteReferent(HttpRequest):
    """A request of a référent; `reserve_aux_referents` makes it so. For annotations only."""

    user: Utilisateur
    htmx: HtmxDetails


def reserve_aux_referents(
    vue: Callable[Concatenate[RequeteReferent, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Raise 404 for whoever is not a référent: what is national does not exist for others."""

    @wraps(vue)
    def gardee(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Utilisateur) or not request.user.est_referent:
            raise Http404
        if manque_le_second_facteur(request, request.user):
            return vers_le_second_facteur(request)
        return vue(request, *args, **kwargs)  # type: ignore[arg-type]

    return gardee


def reserve_a_l_animation(
    vue: Callable[Concatenate[RequeteAnimation, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give the view `request.territoires`; raise 404 for whoever animates nothing."""

    @wraps(vue)
    def gardee(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Utilisateur):
            raise Http404
        territoires = list(territoires_animes(request.user).select_related("page").order_by("nom"))
        if not territoires and not request.user.est_referent:
            raise Http404
        if manque_le_second_facteur(request, request.user):
            return vers_le_second_facteur(request)
        request.territoires = territoires  # type: ignore[attr-defined]
        return vue(request, *args, **kwargs)  # type: ignore[arg-type]

    return gardee


def vers_le_second_facteur(request: HttpRequest) -> HttpResponse:
    """Send to prove a phone, then back here; a form sent without it is not taken."""
    suite = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("animation:console")
    return redirect(f"{reverse('mfa_activate_totp')}?{urlencode({'suite': suite})}")
