"""Writes of conversations: the HTML form and the live socket both come through here.

Locks, always in this order: the author's row of participant, then the conversation. The first makes a
resend wait for the first sending of the same author; the second numbers the messages without gaps.
"""

from uuid import UUID

from django.db import connection, transaction

from echange.socle.horloge import maintenant
from echange.socle.reveil import reveiller
from matching.evenements import EchangeAccepte
from messagerie.erreurs import ConversationDAutrui, MessageTropLong, MessageVide
from messagerie.models import MESSAGE_MAX, Conversation, Message, Participant
from messagerie.notifications.boite import prevenir
from messagerie.notifications.conversations import ConversationOuverte
from profils.models import Membre, Utilisateur

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
    _ecrire(conversation, texte=OUVERTURE, est_systeme=True)
    _annoncer_ouverture(conversation)


@transaction.atomic
def envoyer_message(
    *, par: Utilisateur, conversation: Conversation, texte: str, cle_client: UUID | None = None
) -> Message:
    """Write one message; the same author's `cle_client` sent again returns the first message.

    Writing counts as having read. Raises `MessageVide`, `MessageTropLong`, `ConversationDAutrui`.
    """
    texte = _nettoyer(texte)
    auteur = _participant_verrouille(par, conversation)
    if cle_client is not None:
        deja = conversation.messages.avec_auteurs().filter(auteur=par, cle_client=cle_client).first()
        if deja is not None:
            return deja
    message = _ecrire(
        conversation, auteur=par, entreprise_id=auteur.entreprise_id, texte=texte, cle_client=cle_client
    )
    Participant.objects.filter(pk=auteur.pk).update(lu_jusqua=message.numero)
    return message


@transaction.atomic
def marquer_lu(*, par: Utilisateur, conversation: Conversation, jusqua: int) -> None:
    """Move this person's read mark forward, never back nor past the last message."""
    auteur = _participant_verrouille(par, conversation)
    dernier = Conversation.objects.values_list("dernier_numero", flat=True).get(pk=conversation.pk)
    Participant.objects.filter(pk=auteur.pk, lu_jusqua__lt=jusqua).update(lu_jusqua=min(jusqua, dernier))


def _participant_verrouille(par: Utilisateur, conversation: Conversation) -> Participant:
    participant = (
        Participant.objects.select_for_update().filter(conversation=conversation, utilisateur=par).first()
    )
    if participant is None:
        raise ConversationDAutrui
    return participant


def _nettoyer(texte: str) -> str:
    """Strip, with one kind of line end and without what PostgreSQL cannot store."""
    texte = texte.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    texte = texte.encode("utf-8", "replace").decode("utf-8").strip()  # a lone surrogate becomes « ? »
    if not texte:
        raise MessageVide
    if len(texte) > MESSAGE_MAX:
        raise MessageTropLong
    return texte


def _ecrire(conversation: Conversation, **champs: object) -> Message:
    numero = _prendre_numero(conversation)
    message = Message.objects.create(conversation=conversation, numero=numero, **champs)
    reveiller(conversation.groupe, {"type": "message.ecrit", "numero": numero})
    return message


def _prendre_numero(conversation: Conversation) -> int:
    """Return the next number. The row stays locked until the commit: numbers are gapless, and a number
    becomes visible only after all those before it."""
    instant = maintenant()
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE messagerie_conversation SET dernier_numero = dernier_numero + 1, active_le = %s,"
            " modifie_le = %s WHERE id = %s RETURNING dernier_numero",
            [instant, instant, conversation.pk],
        )
        (numero,) = curseur.fetchone()
    return int(numero)


def _annoncer_ouverture(conversation: Conversation) -> None:
    detaillee = Conversation.objects.detaillees().get(pk=conversation.pk)
    for participant in detaillee.participants.all():
        autres = detaillee.entreprises(sans=participant.utilisateur)
        prevenir(
            ConversationOuverte(str(conversation.uuid), [entreprise.nom for entreprise in autres]),
            [participant.utilisateur],
        )
