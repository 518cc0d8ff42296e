"""Conversations, and what people are told."""

from messagerie.models.conversations import MESSAGE_MAX, Conversation, Message, Participant
from messagerie.models.fil import Coordonnees, JournalConversation, Rappel
from messagerie.models.notifications import (
    EtatEnvoi,
    Notification,
    ReglageAvis,
    ReglageCourriels,
    Rythme,
)
from messagerie.models.pieces import GenrePiece, PieceJointe
from messagerie.models.push import AbonnementPush
from messagerie.models.reponses import CourrielRecu, IssueCourriel
from messagerie.models.signalements import (
    EtatSignalement,
    IssueSignalement,
    JournalSignalement,
    MotifSignalement,
    Signalement,
)

__all__ = [
    "MESSAGE_MAX",
    "AbonnementPush",
    "Conversation",
    "Coordonnees",
    "CourrielRecu",
    "EtatEnvoi",
    "EtatSignalement",
    "GenrePiece",
    "IssueCourriel",
    "IssueSignalement",
    "JournalConversation",
    "JournalSignalement",
    "Message",
    "MotifSignalement",
    "Notification",
    "Participant",
    "PieceJointe",
    "Rappel",
    "ReglageAvis",
    "ReglageCourriels",
    "Rythme",
    "Signalement",
]
