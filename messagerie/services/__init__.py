"""Writes of conversations, by idea."""

from messagerie.services.conversations import OUVERTURE, ouvrir_conversation
from messagerie.services.messages import envoyer_message, marquer_lu

__all__ = ["OUVERTURE", "envoyer_message", "marquer_lu", "ouvrir_conversation"]
