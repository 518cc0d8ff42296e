"""Gates of views: who may enter, and as which company.

Whoever is a member of several acts for one at a time: the one she chose, or was led to by a link of a mail.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef
from django.db.models.lookups import Exact
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from echange.socle.erreurs import ErreurMetier
from profils.models import Entreprise, EntrepriseQuerySet, Membre, Utilisateur

P = ParamSpec("P")
CHOISIE = "entreprise"  # of the session: the company one has chosen to act for


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

    The one she chose; otherwise the first joined, of those that are open if any is.
    """
    if not hasattr(request, "_entreprise"):
        request._entreprise = _lire_entreprise(request)  # type: ignore[attr-defined]  # noqa: SLF001
    entreprise: Entreprise | None = request._entreprise  # type: ignore[attr-defined]  # noqa: SLF001
    return entreprise


def a_plusieurs_entreprises(request: HttpRequest) -> bool:
    """Tell whether she is a member of others too: read with the company itself."""
    return bool(getattr(entreprise_de(request), "a_des_soeurs", False))


def agir_pour(request: HttpRequest, entreprise: Entreprise) -> None:
    """Have the person act for this company of hers from now on, on this device."""
    request.session[CHOISIE] = str(entreprise.uuid)
    vars(request).pop("_entreprise", None)


def entreprises_de(request: HttpRequest) -> EntrepriseQuerySet:
    """The companies she may act for: open ones first, in the order she joined them."""
    siennes = Entreprise.objects.de(utilisateur_de(request)).select_related("commune__territoire", "secteur")
    return siennes.order_by(F("fermee_le").desc(nulls_first=True), "membres__cree_le", "pk")


def _lire_entreprise(request: HttpRequest) -> Entreprise | None:
    if not isinstance(request.user, Utilisateur):
        return None
    soeurs = Membre.objects.filter(utilisateur=request.user).exclude(entreprise=OuterRef("pk"))
    siennes = entreprises_de(request).annotate(a_des_soeurs=Exists(soeurs))
    if choisie := request.session.get(CHOISIE):
        siennes = siennes.order_by(Exact(F("uuid"), UUID(choisie)).desc(), *siennes.query.order_by)
    return siennes.first()


def avec_entreprise(
    vue: Callable[Concatenate[RequeteEntreprise, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give the view `request.entreprise`; without a company, send to the company's sign-up form.

    A page that is not this company's may be another's of hers: a mail leads there. She then acts for that
    one.
    """

    @wraps(vue)
    def gardee(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        entreprise = entreprise_de(request)
        if entreprise is None:
            return redirect(_inscription(request))

        def voir(pour: Entreprise) -> HttpResponse:
            request.entreprise = pour  # type: ignore[attr-defined]
            return vue(request, *args, **kwargs)  # type: ignore[arg-type]

        try:
            return voir(entreprise)
        except (Http404, ErreurMetier) as refus:
            autre = _autre_qui_voit(request, voir) if _est_introuvable(request, refus) else None
            if autre is None:
                raise
        agir_pour(request, autre)
        messages.info(request, f"Vous agissez maintenant pour {autre.nom}.")
        return redirect(request.get_full_path())

    return gardee


def _est_introuvable(request: HttpRequest, refus: Http404 | ErreurMetier) -> bool:
    """Tell whether reading this page says that it does not exist."""
    statut = HTTPStatus.NOT_FOUND if isinstance(refus, Http404) else refus.statut
    return request.method in {"GET", "HEAD"} and statut == HTTPStatus.NOT_FOUND


def _autre_qui_voit(request: HttpRequest, voir: Callable[[Entreprise], HttpResponse]) -> Entreprise | None:
    """Return another company of hers for which the page exists."""
    entreprise = entreprise_de(request)
    if entreprise is None or not a_plusieurs_entreprises(request):
        return None
    for autre in entreprises_de(request).exclude(pk=entreprise.pk):
        try:
            voir(autre)
        except (Http404, ErreurMetier):
            continue
        return autre
    return None


def _inscription(request: HttpRequest) -> str:
    """Return the company's sign-up form, which leads back to where one was: words typed are kept."""
    url = reverse("profils:inscrire_entreprise")
    if request.method not in {"GET", "HEAD"} or not request.GET:
        return url
    return f"{url}?{urlencode({'suite': request.get_full_path()})}"
