"""Writes of conversations, by idea."""

from messagerie.services.conversations import dire_a_l_echange, ouvrir_conversation
from messagerie.services.messages import (
    envoyer_message,
    envoyer_message_en_direct,
    marquer_lu,
    marquer_lu_en_direct,
)

__all__ = [
    "dire_a_l_echange",
    "envoyer_message",
    "envoyer_message_en_direct",
    "marquer_lu",
    "marquer_lu_en_direct",
    "ouvrir_conversation",
]
