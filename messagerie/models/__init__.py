"""Conversations, and what people are told."""

from messagerie.models.conversations import MESSAGE_MAX, Conversation, Message, Participant
from messagerie.models.notifications import (
    EtatEnvoi,
    Notification,
    ReglageAvis,
    ReglageCourriels,
    Rythme,
)

__all__ = [
    "MESSAGE_MAX",
    "Conversation",
    "EtatEnvoi",
    "Message",
    "Notification",
    "Participant",
    "ReglageAvis",
    "ReglageCourriels",
    "Rythme",
]
