"""Write and read a message: the HTML form and the live socket both come through here.

Locks, always in this order: the author's row of participant, then the conversation. The first makes a
resend wait for the first sending of the same author; the second numbers the messages without gaps.
"""

from uuid import UUID

from django.db import connection, transaction

from echange.socle.horloge import maintenant
from echange.socle.reveil import reveiller
from messagerie.erreurs import ConversationDAutrui, MessageTropLong, MessageVide
from messagerie.models import MESSAGE_MAX, Conversation, Message, Participant
from profils.models import Utilisateur


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
    message = ecrire_ligne(
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


def ecrire_ligne(conversation: Conversation, **champs: object) -> Message:
    """Write the next line, whoever speaks, and wake the sockets: for the services of this package."""
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
