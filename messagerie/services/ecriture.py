"""The two statements of a conversation: write a message, move a read mark.

The form runs them on Django's connection, in its transaction; a socket runs the same text on the
asynchronous pool (docs/adr/0012). One statement is one round trip, and holds the rule:

- the author's row of participant is locked first, then the conversation: always in this order. Whoever
  removes a participant waits for the message being written, or the message finds nobody to sign it;
- the conversation's row numbers the messages, and stays locked until the commit: no gap, and a number is
  seen only after all those before it;
- `deja` finds a resend. Two sendings of one key at the same instant both miss it: the second breaks on the
  unique constraint, is undone whole, number included, and run again (`CLE_PRISE`).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from echange.socle.base_asynchrone import en_sql
from echange.socle.horloge import maintenant
from messagerie.erreurs import ConversationDAutrui, ConversationFermee, MessageTropLong, MessageVide
from messagerie.models import MESSAGE_MAX, Conversation, Message, Participant
from messagerie.services.retenue import PERIODE, a_relire_en_sql, est_a_comparer
from profils.models import Entreprise, Utilisateur

CLE_PRISE = "message_cle_client_unique"
_CHAMPS = ("id", "numero", "entreprise_id", "texte", "cree_le")
_CONVERSATION, _PAR = 2_000_000_001, 2_000_000_002

Valeurs = dict[str, Any]
Rangees = list[tuple[Any, ...]]


class Ecriture:
    """One message to write: its statement, its values, and what the answer means."""

    def __init__(
        self,
        par: Utilisateur,
        conversation: Conversation,
        texte: str,
        cle_client: UUID | None,
        *,
        retenir: bool = False,
        comparer: bool = False,
    ) -> None:
        """`retenir`: nobody but its author reads it yet; `comparer`: refuse what `est_a_relire`.

        Raises `MessageVide`, `MessageTropLong`.
        """
        self._conversation, self._par, self._cle = conversation, par, cle_client
        self.valeurs: Valeurs = {
            "conversation": conversation.pk,
            "par": par.pk,
            "texte": (texte := nettoyer(texte)),
            "a_comparer": comparer and est_a_comparer(texte),
            "cle": cle_client,
            "instant": (instant := maintenant()),
            "depuis": instant - PERIODE,
            "retenu": instant if retenir else None,
        }

    def conclure(self, rangees: Rangees) -> "MessageEcrit":
        """Raises `ConversationDAutrui`, `ConversationFermee`, `ARelire`."""
        if not rangees:
            raise ConversationDAutrui
        *champs, est_nouveau, precedent_le, nom, presents, a_relire = rangees[0]
        if est_nouveau is None:  # an author, and neither a message nor an earlier one
            raise ARelire if a_relire else ConversationFermee
        message = Message(
            **dict(zip(_CHAMPS, champs, strict=True)),
            conversation=self._conversation,
            auteur=self._par,
            cle_client=self._cle,
        )
        if message.entreprise_id:
            entreprise = Entreprise.from_db("default", ("id", "nom"), (message.entreprise_id, nom))
            message.entreprise = entreprise
        return MessageEcrit(message, est_nouveau, precedent_le, frozenset(presents))


class ARelire(Exception):
    """Nothing was written: the animation reads this text first, which takes more than one statement."""


@dataclass(frozen=True, slots=True)
class MessageEcrit:
    """What the statement answered, as the database has it.

    `precedent_le`: when the line before was written; `presents`: who may read this one.
    """

    message: Message
    est_nouveau: bool
    precedent_le: datetime | None
    presents: frozenset[int]


@cache
def ecrire() -> tuple[str, Valeurs]:
    """Return the statement that writes a message, and its constants."""
    auteur, constantes = _auteur()
    presents, siennes = _presents()
    a_relire, comparees = a_relire_en_sql()
    return (
        f"""
        WITH auteur AS MATERIALIZED ({auteur}),
        deja AS (
            SELECT id, numero, entreprise_id, texte, cree_le FROM messagerie_message
            WHERE conversation_id = %(conversation)s AND auteur_id = %(par)s AND cle_client = %(cle)s::uuid
        ), relecture AS MATERIALIZED (SELECT {a_relire} AS oui FROM auteur
        ), fil AS MATERIALIZED (
            SELECT messagerie_conversation.id, dernier_numero, active_le
            FROM messagerie_conversation JOIN auteur ON auteur.conversation_id = messagerie_conversation.id
            WHERE fermee_le IS NULL AND NOT EXISTS (SELECT FROM deja) AND NOT (SELECT oui FROM relecture)
            FOR NO KEY UPDATE OF messagerie_conversation
        ), rang AS (
            UPDATE messagerie_conversation
            SET dernier_numero = fil.dernier_numero + 1, active_le = %(instant)s, modifie_le = %(instant)s
            FROM fil WHERE messagerie_conversation.id = fil.id
            RETURNING messagerie_conversation.dernier_numero AS numero
        ), ecrit AS (
            INSERT INTO messagerie_message
                (conversation_id, numero, auteur_id, entreprise_id, est_systeme, texte, cle_client, retenu_le,
                cree_le)
            SELECT auteur.conversation_id, rang.numero, %(par)s, auteur.entreprise_id, false,
                %(texte)s, %(cle)s::uuid, %(retenu)s::timestamptz, %(instant)s
            FROM rang, auteur
            RETURNING id, numero, entreprise_id, texte, cree_le
        ), lu AS (
            UPDATE messagerie_participant SET lu_jusqua = ecrit.numero
            FROM ecrit, auteur WHERE messagerie_participant.id = auteur.id
        )
        SELECT trouve.*, fil.active_le, profils_entreprise.nom, ARRAY({presents}),
            (SELECT oui FROM relecture)
        FROM auteur
        LEFT JOIN (SELECT *, true FROM ecrit UNION ALL SELECT *, false FROM deja) AS trouve ON true
        LEFT JOIN fil ON true
        LEFT JOIN profils_entreprise ON profils_entreprise.id = trouve.entreprise_id
        """,  # noqa: S608  made of our own constants
        constantes | siennes | comparees,
    )


@cache
def lire_jusqua() -> tuple[str, Valeurs]:
    """Return the statement that moves a read mark forward, never back nor past the last message.

    One row when the person takes part: the new mark, null when it did not move.
    """
    auteur, constantes = _auteur()
    return (
        f"""
        WITH auteur AS MATERIALIZED ({auteur}),
        lu AS (
            UPDATE messagerie_participant
            SET lu_jusqua = LEAST(%(jusqua)s::int, messagerie_conversation.dernier_numero)
            FROM auteur JOIN messagerie_conversation ON messagerie_conversation.id = auteur.conversation_id
            WHERE messagerie_participant.id = auteur.id
                AND messagerie_participant.lu_jusqua
                    < LEAST(%(jusqua)s::int, messagerie_conversation.dernier_numero)
            RETURNING messagerie_participant.lu_jusqua
        )
        SELECT (SELECT lu_jusqua FROM lu) FROM auteur
        """,  # noqa: S608  made of our own constants
        constantes,
    )


def nettoyer(texte: str) -> str:
    """Strip, with one kind of line end and without what PostgreSQL cannot store."""
    texte = texte.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    texte = texte.encode("utf-8", "replace").decode("utf-8").strip()  # a lone surrogate becomes « ? »
    if not texte:
        raise MessageVide
    if len(texte) > MESSAGE_MAX:
        raise MessageTropLong
    return texte


def _presents() -> tuple[str, Valeurs]:
    presents = Participant.objects.presents().filter(conversation=_CONVERSATION).order_by()
    return en_sql(presents.values("utilisateur_id"), {_CONVERSATION: "conversation"})


def _auteur() -> tuple[str, Valeurs]:
    """Who may write here: the QuerySet's own SQL, its row locked."""
    presents = Participant.objects.presents().filter(conversation=_CONVERSATION, utilisateur=_PAR)
    sql, constantes = en_sql(
        presents.order_by().values("id", "conversation_id", "entreprise_id"),
        {_CONVERSATION: "conversation", _PAR: "par"},
    )
    return f"{sql} FOR NO KEY UPDATE OF messagerie_participant", constantes
