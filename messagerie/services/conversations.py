"""The talk of an échange opens when everyone has accepted."""

from django.db import transaction

from echange.socle.reveil import groupe_de, reveiller
from matching.evenements import EchangeAccepte
from messagerie.models import Conversation, Participant
from messagerie.notifications.boite import prevenir
from messagerie.notifications.conversations import ConversationOuverte
from messagerie.services.groupe import membres_de_l_echange
from messagerie.services.lignes import dire
from messagerie.services.messages import COMPTE


def ouverture(noms: list[str]) -> str:
    """The first line: who has accepted."""
    return f"{', '.join(noms[:-1])} et {noms[-1]} ont accepté\u00a0: vous pouvez vous parler."


@transaction.atomic
def ouvrir_conversation(fait: EchangeAccepte) -> None:
    """Open the talk of an accepted échange and tell its people; a second call changes nothing."""
    conversation, est_nouvelle = Conversation.objects.get_or_create(echange_id=fait.echange_id)
    if not est_nouvelle:
        return
    # A member of two of the companies takes part once, for the first until she says otherwise.
    par_personne = {
        m.utilisateur_id: m.entreprise_id for m in reversed(membres_de_l_echange(fait.echange_id))
    }
    Participant.objects.bulk_create(
        Participant(conversation=conversation, utilisateur_id=personne, entreprise_id=entreprise)
        for personne, entreprise in reversed(par_personne.items())
    )
    noms = (
        conversation.echange.participations.presentes()
        .order_by("pk")
        .values_list("entreprise__nom", flat=True)
    )
    dire(conversation, ouverture(list(noms)))
    for personne in par_personne:
        reveiller(groupe_de(personne), COMPTE)  # their pages do not follow this conversation yet
    _annoncer_ouverture(conversation)


@transaction.atomic
def dire_a_l_echange(echange: int, texte: str) -> None:
    """Write a line of the platform's in the talk of this échange (primary key), if it has one."""
    conversation = Conversation.objects.filter(echange=echange).first()
    if conversation is not None:
        dire(conversation, texte)


def _annoncer_ouverture(conversation: Conversation) -> None:
    detaillee = Conversation.objects.detaillees().get(pk=conversation.pk)
    for participant in detaillee.participants.all():
        autres = detaillee.entreprises(sans=participant.utilisateur)
        prevenir(
            ConversationOuverte(str(conversation.uuid), [entreprise.nom for entreprise in autres]),
            [participant.utilisateur],
        )
