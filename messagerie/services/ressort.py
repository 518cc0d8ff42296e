"""Who reads a message reported or held, and the journal of what becomes of it."""

from messagerie.models import JournalSignalement, Message, Participant, Signalement
from profils.models import Utilisateur
from territoires.models import Territoire


def journaliser_signalement(signalement: Signalement, fait: str, par: Utilisateur | None) -> None:
    JournalSignalement.objects.create(signalement=signalement, fait=fait, par=par)


def territoire_pour(par: Utilisateur, message: Message) -> Territoire | None:
    """Whose animation reads it: the territoire of the company that wrote, else of `par`'s."""
    la_sienne = Participant.objects.filter(conversation=message.conversation_id, utilisateur=par)
    for entreprise in (message.entreprise_id, la_sienne.values_list("entreprise", flat=True).first()):
        territoire = Territoire.objects.filter(
            communes__entreprises=entreprise, animateurs__isnull=False
        ).first()
        if territoire is not None:
            return territoire
    return None
