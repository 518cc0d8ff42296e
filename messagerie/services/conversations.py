"""The talk of an échange opens when everyone has accepted."""

from django.db import transaction

from echange.socle.reveil import groupe_de, reveiller
from matching.evenements import EchangeAccepte
from messagerie.models import Conversation, Participant
from messagerie.notifications.boite import prevenir
from messagerie.notifications.conversations import ConversationOuverte
from messagerie.services.messages import COMPTE, ecrire_ligne
from profils.models import Membre

OUVERTURE = "Tout le monde a accepté\u00a0: vous pouvez vous parler."


@transaction.atomic
def ouvrir_conversation(fait: EchangeAccepte) -> None:
    """Open the talk of an accepted échange and tell its people; a second call changes nothing."""
    conversation, est_nouvelle = Conversation.objects.get_or_create(echange_id=fait.echange_id)
    if not est_nouvelle:
        return
    membres = Membre.objects.filter(
        entreprise__participations__echange=fait.echange_id, utilisateur__is_active=True
    ).order_by("entreprise__participations__pk", "pk")
    # A member of two of the companies takes part once, for the first.
    par_personne = {m.utilisateur_id: m.entreprise_id for m in reversed(membres)}
    Participant.objects.bulk_create(
        Participant(conversation=conversation, utilisateur_id=personne, entreprise_id=entreprise)
        for personne, entreprise in reversed(par_personne.items())
    )
    ecrire_ligne(conversation, texte=OUVERTURE, est_systeme=True)
    for personne in par_personne:
        reveiller(groupe_de(personne), COMPTE)  # their pages do not follow this conversation yet
    _annoncer_ouverture(conversation)


def _annoncer_ouverture(conversation: Conversation) -> None:
    detaillee = Conversation.objects.detaillees().get(pk=conversation.pk)
    for participant in detaillee.participants.all():
        autres = detaillee.entreprises(sans=participant.utilisateur)
        prevenir(
            ConversationOuverte(str(conversation.uuid), [entreprise.nom for entreprise in autres]),
            [participant.utilisateur],
        )
