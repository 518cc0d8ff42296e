"""Files of a conversation, for its people only."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from messagerie.models import PieceJointe
from messagerie.views.commun import personne_de

# Even opened alone, nothing in the file may run, load or submit anything.
CSP_DE_PIECE = "sandbox; default-src 'none'; frame-ancestors 'none'"


@cache_control(private=True, max_age=3600)
@require_safe
def piece(request: HttpRequest, conversation: UUID, piece: UUID) -> HttpResponse:
    """Images, which we drew ourselves, show in the page; whatever else is downloaded."""
    lisibles = PieceJointe.objects.visibles_par(personne_de(request))
    jointe = get_object_or_404(lisibles, uuid=piece, conversation__uuid=conversation)
    try:
        contenu = jointe.chemin.read_bytes()  # 10 MB at most
    except FileNotFoundError as erreur:  # a restored database beside a lost disk
        raise Http404 from erreur
    reponse = HttpResponse(contenu, content_type=jointe.genre)
    disposition = content_disposition_header(as_attachment=not jointe.est_image, filename=jointe.nom)
    reponse["Content-Disposition"] = disposition or "attachment"
    reponse["Content-Security-Policy"] = CSP_DE_PIECE
    reponse["Cross-Origin-Resource-Policy"] = "same-origin"
    return reponse
