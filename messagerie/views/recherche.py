"""Search one's own conversations, and nobody else's."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from messagerie.models import Message
from messagerie.views.commun import personne_de

PAR_PAGE = 20
QUESTION_MAX = 200  # characters


@require_safe
def recherche(request: HttpRequest) -> HttpResponse:
    """Messages that hold these words, the newest first."""
    q = request.GET.get("q", "").replace("\0", "").strip()[:QUESTION_MAX]
    page = None
    if q:
        trouves = Message.objects.lisibles_par(personne_de(request)).chercher(q)
        trouves = trouves.avec_auteurs().select_related("conversation", "auteur", "entreprise")
        page = Paginator(trouves.order_by("-cree_le", "-pk"), PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "messagerie/recherche.html", {"q": q, "page": page})
