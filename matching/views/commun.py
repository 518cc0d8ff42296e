"""What several screens share."""

from http import HTTPStatus
from types import TracebackType

from django.contrib import messages
from django.http import HttpRequest, QueryDict

from echange.socle.erreurs import ErreurMetier
from matching.models import Competence
from territoires.models import Commune


class RefusDits:
    """`with RefusDits(request):` says a refusal of the domain as a message of the next page.

    What must stay unknown stays a 404: such a refusal goes on.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, genre: type[BaseException] | None, refus: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(refus, ErreurMetier) or refus.statut == HTTPStatus.NOT_FOUND:
            return False
        messages.error(self.request, refus.message)
        return True


def envoi(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, even if empty: an empty form sent is a form refused."""
    return request.POST if request.method == "POST" else None


def adresse_actuelle(request: HttpRequest) -> str:
    """Return the address as it is written today when it names a compétence merged since; empty otherwise."""
    code = request.GET.get("competence", "")
    if request.method not in {"GET", "HEAD"} or not code:
        return ""
    actuelle = Competence.objects.designee(code)
    if actuelle is None or actuelle.pk == code:
        return ""
    requete = request.GET.copy()
    requete["competence"] = actuelle.pk
    return f"{request.path}?{requete.urlencode()}"


def url_du_territoire(commune: Commune) -> str:
    """Return the address of the page of the community around a commune, empty when there is none.

    The page belongs to an app above: it is reached through the territoire, not imported.
    """
    page = getattr(commune.territoire, "page", None)
    return str(page.url or "") if page is not None and page.live else ""
