"""What the views of messagerie share."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from messagerie.models import Conversation, Participant
from profils.models import Utilisateur


def personne_de(request: HttpRequest) -> Utilisateur:
    return cast("Utilisateur", request.user)  # LoginRequiredMiddleware lets nobody else in


def conversation_de(personne: Utilisateur, uuid: UUID) -> Conversation:
    """Return the conversation with its people, or 404 for whoever takes no part in it."""
    visibles = Conversation.objects.visibles_par(personne).select_related("echange").detaillees()
    return get_object_or_404(visibles, uuid=uuid)


def participant_de(personne: Utilisateur, conversation: Conversation) -> Participant:
    """Return this person's row, from what `conversation_de` has read."""
    return next(p for p in conversation.participants.all() if p.utilisateur_id == personne.pk)


def est_fragment(request: HttpRequest) -> bool:
    """Whether HTMX asks for a part of the page."""
    return bool(cast("HtmxDetails", request.htmx))  # type: ignore[attr-defined]  # set by its middleware
