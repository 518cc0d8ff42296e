"""What the platform says in a talk, and the journal of what happens to it."""

from messagerie.models import Conversation, JournalConversation, Message
from messagerie.services.messages import ecrire_ligne
from profils.models import Utilisateur


def prenom_de(personne: Utilisateur) -> str:
    """How a line of the platform names somebody."""
    return personne.first_name or "Quelqu’un"


def dire(conversation: Conversation, texte: str, *, refait: int | None = None) -> Message:
    """Write a line of the platform; `refait`: the number of an earlier line that it changes."""
    return ecrire_ligne(conversation, texte=texte, est_systeme=True, refait=refait)


def journaliser(conversation: Conversation, fait: str, par: Utilisateur | None, **details: object) -> None:
    JournalConversation.objects.create(conversation=conversation, fait=fait, par=par, details=details)
