"""What a person does with her list of talks: mute one, put one away. Nobody else sees it."""

from django.db import transaction

from messagerie.erreurs import ConversationDAutrui
from messagerie.models import Conversation, Participant
from profils.models import Utilisateur


def mettre_en_sourdine(*, par: Utilisateur, conversation: Conversation, active: bool) -> None:
    """Send this person no more mail nor notice of its messages, or again; they stay counted on the site."""
    _regler(par, conversation, en_sourdine=active)


@transaction.atomic
def archiver(*, par: Utilisateur, conversation: Conversation, active: bool) -> None:
    """Put the talk away until somebody writes in it, or take it out."""
    dernier = Conversation.objects.values_list("dernier_numero", flat=True).get(pk=conversation.pk)
    _regler(par, conversation, archivee_jusqua=dernier if active else None)


def _regler(par: Utilisateur, conversation: Conversation, **champs: int | bool | None) -> None:
    if not Participant.objects.filter(conversation=conversation, utilisateur=par).update(**champs):
        raise ConversationDAutrui
