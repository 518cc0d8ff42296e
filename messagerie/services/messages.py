"""Write and read a message: the HTML form and the live socket both come through here.

Each act has two doors, on Django's connection and on the sockets' pool, and one statement behind them
(`messagerie.services.ecriture`).
"""

from collections.abc import Sequence
from uuid import UUID

import psycopg
from channels.db import database_sync_to_async
from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from echange.socle.base_asynchrone import executer
from echange.socle.en_lot import EnLot
from echange.socle.horloge import maintenant
from echange.socle.reveil import annoncer, groupe_de, reveiller
from messagerie.erreurs import ConversationDAutrui, ConversationFermee
from messagerie.models import Conversation, Message
from messagerie.models.conversations import cle_de
from messagerie.services.ecriture import (
    CLE_PRISE,
    ARelire,
    Ecriture,
    Rangee,
    Valeurs,
    enonce,
    lire_jusqua,
    reponses,
)
from messagerie.services.pieces import PiecePrete, joindre_pieces, texte_pour
from messagerie.services.retenue import est_a_relire, soumettre
from profils.models import Utilisateur

COMPTE = {"type": "compte"}  # wakes a person's pages: her unread count has moved


@transaction.atomic
def envoyer_message(
    *,
    par: Utilisateur,
    conversation: Conversation,
    texte: str,
    cle_client: UUID | None = None,
    pieces: Sequence[PiecePrete] = (),
) -> Message:
    """Write one message; the same author's `cle_client` sent again returns the first message.

    Writing counts as having read. Without words, `pieces` speak for themselves. Raises `MessageVide`,
    `MessageTropLong`, `ConversationDAutrui`, `ConversationFermee`, `TropDePieces`.
    """
    if Conversation.objects.filter(pk=conversation.pk, fermee_le__isnull=False).exists():
        raise ConversationFermee
    retenir = est_a_relire(par, conversation, texte)
    texte = texte if texte.strip() or not pieces else texte_pour(pieces)
    ecriture = Ecriture(par, conversation, texte, cle_client, retenir=retenir)
    try:
        rangees = _executer(*enonce([ecriture]))
    except IntegrityError as erreur:
        if CLE_PRISE not in str(erreur):
            raise
        rangees = _executer(*enonce([ecriture]))  # the first sending can now be read
    ecrit = ecriture.conclure(*reponses([ecriture], rangees))
    if ecrit.est_nouveau:
        if pieces:
            joindre_pieces(ecrit.message, pieces)
        if retenir:
            soumettre(ecrit.message)
        reveiller(conversation.groupe, _ecrit(ecrit.message.numero))
    return ecrit.message


async def envoyer_message_en_direct(
    *, par: Utilisateur, conversation: Conversation, texte: str, cle_client: UUID
) -> Message:
    """`envoyer_message`, for a socket: committed when it returns. Raises `BaseInjoignable` too."""
    ecriture = Ecriture(par, conversation, texte, cle_client, comparer=True)
    try:
        ecrit = ecriture.conclure(await _ecrire_en_lot(ecriture))
    except ARelire:
        message: Message = await database_sync_to_async(envoyer_message)(
            par=par, conversation=conversation, texte=texte, cle_client=cle_client
        )
        return message
    if ecrit.est_nouveau:
        annoncer(conversation.groupe, _ecrit(ecrit.message.numero), sur_place={"ecrit": ecrit})
    return ecrit.message


async def _ecrire_ensemble(ecritures: Sequence[Ecriture]) -> list[Rangee | Exception | None]:
    """One statement for all; when something in it breaks, one for each: nobody suffers for another."""
    try:
        return [*reponses(ecritures, await executer(*enonce(ecritures)))]
    except psycopg.Error:
        return [await _ecrire_seule(ecriture) for ecriture in ecritures]


async def _ecrire_seule(ecriture: Ecriture) -> Rangee | Exception | None:
    try:
        try:
            rangees = await executer(*enonce([ecriture]))
        except UniqueViolation as erreur:
            if erreur.diag.constraint_name != CLE_PRISE:
                raise
            rangees = await executer(*enonce([ecriture]))  # the first sending can now be read
    except psycopg.Error as erreur:
        return erreur
    return reponses([ecriture], rangees)[0]


# Several lots: when one waits for a talk that a form holds, the others go.
_ecrire_en_lot: EnLot[Ecriture, Rangee | None] = EnLot(_ecrire_ensemble, de_front=4, maximum=100)


@transaction.atomic
def marquer_lu(*, par: Utilisateur, conversation: Conversation, jusqua: int) -> None:
    """Move this person's read mark forward, never back nor past the last message."""
    sql, constantes = lire_jusqua()
    rangees = _executer(sql, constantes | _marque(par, conversation, jusqua))
    if (atteint := _marque_atteinte(rangees)) is not None:
        reveiller(groupe_de(par.pk), COMPTE)
        reveiller(conversation.groupe, _lu(par, conversation, atteint))


async def marquer_lu_en_direct(*, par: Utilisateur, conversation: Conversation, jusqua: int) -> None:
    """`marquer_lu`, for a socket."""
    sql, constantes = lire_jusqua()
    rangees = await executer(sql, constantes | _marque(par, conversation, jusqua))
    if (atteint := _marque_atteinte(rangees)) is not None:
        annoncer(groupe_de(par.pk), COMPTE)
        annoncer(conversation.groupe, _lu(par, conversation, atteint))


def ecrire_ligne(conversation: Conversation, **champs: object) -> Message:
    """Write the next line, whoever speaks, and wake the sockets: for the services of this package."""
    numero = _prendre_numero(conversation)
    message = Message.objects.create(conversation=conversation, numero=numero, **champs)
    reveiller(conversation.groupe, _ecrit(numero))
    return message


def _ecrit(numero: int) -> dict[str, object]:
    return {"type": "message.ecrit", "numero": numero}


def _executer(sql: str, valeurs: Valeurs) -> list[Rangee]:
    """Run a statement of its own, undone alone when it breaks on a constraint."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(sql, valeurs)
        return list(curseur.fetchall())


def _marque(par: Utilisateur, conversation: Conversation, jusqua: int) -> Valeurs:
    return {"par": par.pk, "conversation": conversation.pk, "jusqua": jusqua}


def _marque_atteinte(rangees: Sequence[Rangee]) -> int | None:
    """Return where the mark now is, None when it did not move; raises `ConversationDAutrui`."""
    if not rangees:
        raise ConversationDAutrui
    atteinte: int | None = rangees[0][0]
    return atteinte


def _lu(par: Utilisateur, conversation: Conversation, numero: int) -> dict[str, object]:
    """Somebody has read up to `numero`. Lost, the next page says it."""
    return {"type": "lu", "qui": cle_de(conversation.pk, par.pk), "numero": numero}


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
