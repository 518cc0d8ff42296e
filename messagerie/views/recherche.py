"""Search one's own conversations, and nobody else's."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from messagerie.models import Message
from messagerie.views.commun import conversation_de, personne_de

PAR_PAGE = 20
QUESTION_MAX = 200  # characters


@require_safe
def recherche(request: HttpRequest) -> HttpResponse:
    """Messages that hold these words, the newest first; of one conversation with `?dans=`."""
    personne, dans = personne_de(request), None
    if request.GET.get("dans"):
        dans = conversation_de(personne, _identifiant(request.GET["dans"]))
    q = request.GET.get("q", "").replace("\0", "").strip()[:QUESTION_MAX]
    page = None
    if q:
        trouves = Message.objects.lisibles_par(personne).chercher(q)
        if dans is not None:
            trouves = trouves.filter(conversation=dans)
        trouves = trouves.avec_auteurs().select_related("conversation", "auteur", "entreprise")
        page = Paginator(trouves.order_by("-cree_le", "-pk"), PAR_PAGE).get_page(request.GET.get("page"))
    contexte = {
        "q": q,
        "page": page,
        "dans": dans,
        "entreprises": dans.entreprises(sans=personne) if dans else [],
        "partout": urlencode({"q": q}),
    }
    return render(request, "messagerie/recherche.html", contexte)


def _identifiant(brut: str) -> UUID:
    try:
        return UUID(brut)
    except ValueError:
        raise Http404 from None
