"""Gates of views: who may enter, and as which company."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from profils.models import Entreprise, Utilisateur

P = ParamSpec("P")


class RequeteEntreprise(HttpRequest):
    """A request whose person acts for a company; `avec_entreprise` makes it so.

    For annotations only: Django never builds one.
    """

    user: Utilisateur
    entreprise: Entreprise


def utilisateur_de(request: HttpRequest) -> Utilisateur:
    """Return the signed-in person (`LoginRequiredMiddleware` has let nobody else in)."""
    if not isinstance(request.user, Utilisateur):
        raise PermissionDenied
    return request.user


def entreprise_de(request: HttpRequest) -> Entreprise | None:
    """Return the company the signed-in person acts for, read once per request.

    The first joined, of those that are open if any is.
    """
    if not hasattr(request, "_entreprise"):
        request._entreprise = _lire_entreprise(request)  # type: ignore[attr-defined]  # noqa: SLF001
    entreprise: Entreprise | None = request._entreprise  # type: ignore[attr-defined]  # noqa: SLF001
    return entreprise


def _lire_entreprise(request: HttpRequest) -> Entreprise | None:
    if not isinstance(request.user, Utilisateur):
        return None
    return (
        Entreprise.objects.de(request.user)
        .select_related("commune__territoire", "secteur")
        .order_by(F("fermee_le").desc(nulls_first=True), "membres__cree_le", "pk")
        .first()
    )


def avec_entreprise(
    vue: Callable[Concatenate[RequeteEntreprise, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give the view `request.entreprise`; without a company, send to the company's sign-up form."""

    @wraps(vue)
    def gardee(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        entreprise = entreprise_de(request)
        if entreprise is None:
            return redirect(_inscription(request))
        request.entreprise = entreprise  # type: ignore[attr-defined]
        return vue(request, *args, **kwargs)  # type: ignore[arg-type]

    return gardee


def _inscription(request: HttpRequest) -> str:
    """Return the company's sign-up form, which leads back to where one was: words typed are kept."""
    url = reverse("profils:inscrire_entreprise")
    if request.method not in {"GET", "HEAD"} or not request.GET:
        return url
    return f"{url}?{urlencode({'suite': request.get_full_path()})}"
