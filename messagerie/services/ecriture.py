"""The two statements of a conversation: write messages, move a read mark.

The form runs them on Django's connection, in its transaction, for one message; the sockets of a process run
the same text on the asynchronous pool, for all that came together (docs/adr/0013). One statement is one round
trip and one commit, and holds the rule:

- the authors' rows of participants are locked first, by conversation then person, then the conversations by
  key: always in this order. Whoever removes a participant waits for the message being written, or the message
  finds nobody to sign it;
- a conversation's row numbers its messages, and stays locked until the commit: no gap, and a number is seen
  only after all those before it;
- `deja` finds a resend. Two sendings of one key at the same instant both miss it: the second breaks on the
  unique constraint, is undone whole, numbers included, and run again, alone (`CLE_PRISE`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from echange.socle.horloge import maintenant
from echange.socle.requetes_asynchrones import Colonne, condenser, en_sql, en_tableau
from messagerie.erreurs import ConversationDAutrui, ConversationFermee, MessageTropLong, MessageVide
from messagerie.models import MESSAGE_MAX, Conversation, Message, Participant
from messagerie.services.retenue import PERIODE, a_relire_en_sql, est_a_comparer
from profils.models import Entreprise, Utilisateur

CLE_PRISE = "message_cle_client_unique"
_CHAMPS = ("id", "numero", "entreprise_id", "texte", "cree_le")
_VIERGE = {champ.attname: champ.get_default() for champ in Message._meta.concrete_fields}
_CONVERSATION, _PAR = 2_000_000_001, 2_000_000_002
# What each message to write brings, with its SQL type: one array of each is a statement's values.
_DEMANDE = {
    "conversation": "bigint",
    "par": "bigint",
    "texte": "text",
    "cle": "uuid",
    "instant": "timestamptz",
    "a_comparer": "boolean",
    "retenu": "timestamptz",
    "rang": "int",
}

Valeurs = dict[str, Any]
Rangee = tuple[Any, ...]


class Ecriture:
    """One message to write: its values, and what the answer means."""

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
            "cle": cle_client,
            "instant": (instant := maintenant()),
            "a_comparer": comparer and est_a_comparer(texte),
            "retenu": instant if retenir else None,
        }

    def conclure(self, rangee: Rangee | None) -> "MessageEcrit":
        """Raises `ConversationDAutrui`, `ConversationFermee`, `ARelire`."""
        if rangee is None:
            raise ConversationDAutrui
        *champs, est_nouveau, precedent_le, nom, presents, a_relire = rangee
        if est_nouveau is None:  # an author, and neither a message nor an earlier one
            raise ARelire if a_relire else ConversationFermee
        lus = dict(zip(_CHAMPS, champs, strict=True))
        siens = {"conversation_id": self._conversation.pk, "auteur_id": self._par.pk, "cle_client": self._cle}
        complets = _VIERGE | lus | siens  # in the order of the columns: built twice as fast as by keywords
        message = Message.from_db("default", tuple(complets), tuple(complets.values()))
        message.conversation, message.auteur = self._conversation, self._par
        if message.entreprise_id:
            message.entreprise = _nommer(message.entreprise_id, nom)
        return MessageEcrit(message, est_nouveau, precedent_le, frozenset(presents))


@lru_cache(maxsize=1024)
def _nommer(cle: int, nom: str) -> Entreprise:
    """The little that is shown of who wrote's company: the same for each of its messages."""
    return Entreprise.from_db("default", ("id", "nom"), (cle, nom))


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


def enonce(ecritures: Sequence[Ecriture]) -> tuple[str, Valeurs]:
    """Return the statement that writes these messages, in their order, and its values."""
    sql, constantes = _ecrire()
    rangees = [ecriture.valeurs | {"rang": rang} for rang, ecriture in enumerate(ecritures)]
    rangees.sort(key=lambda valeurs: (valeurs["conversation"], valeurs["par"]))  # the order of the locks
    colonnes = {nom: en_tableau(valeurs[nom] for valeurs in rangees) for nom in _DEMANDE}
    return sql, constantes | colonnes | {"depuis": min(v["instant"] for v in rangees) - PERIODE}


def reponses(ecritures: Sequence[Ecriture], rangees: Sequence[Rangee]) -> list[Rangee | None]:
    """Return what the statement answered for each; None for whoever may not write there."""
    par_rang = {rang: tuple(trouve) for rang, _, *trouve in rangees}
    return [par_rang.get(rang) for rang in range(len(ecritures))]


@cache
def _ecrire() -> tuple[str, Valeurs]:
    auteur, siennes = _auteur(Colonne("demande.conversation"), Colonne("demande.par"))
    presents, constantes = _presents()
    a_relire, comparees = a_relire_en_sql()
    colonnes = ", ".join(f"%({nom})s::{sorte}[]" for nom, sorte in _DEMANDE.items())
    sql = f"""
        WITH demande AS (
            SELECT * FROM unnest({colonnes}) AS demande ({", ".join(_DEMANDE)})
        ), auteur AS (
            SELECT demande.*, participant.id AS participant, participant.entreprise_id AS entreprise
            FROM demande CROSS JOIN LATERAL ({auteur}) AS participant
        ), deja AS (
            SELECT rang, id, numero, entreprise_id, avant.texte, cree_le
            FROM auteur JOIN messagerie_message AS avant
                ON conversation_id = conversation AND auteur_id = par AND cle_client = cle
        ), relecture AS (
            SELECT rang, {a_relire} AS oui FROM auteur
        ), nouveau AS (
            SELECT auteur.* FROM auteur JOIN relecture USING (rang)
            WHERE NOT oui AND rang NOT IN (SELECT rang FROM deja)
        ), fil AS (
            SELECT id, dernier_numero, active_le FROM messagerie_conversation
            WHERE fermee_le IS NULL AND id IN (SELECT conversation FROM nouveau)
            ORDER BY id FOR NO KEY UPDATE
        ), ligne AS (
            SELECT nouveau.*, dernier_numero + row_number() OVER suite AS numero,
                coalesce(lag(instant) OVER suite, active_le) AS precedent_le
            FROM nouveau JOIN fil ON id = conversation
            WINDOW suite AS (PARTITION BY conversation ORDER BY rang)
        ), compte AS (
            UPDATE messagerie_conversation
            SET dernier_numero = numero, active_le = instant, modifie_le = instant
            FROM (SELECT conversation, max(numero) AS numero, max(instant) AS instant FROM ligne GROUP BY 1)
                AS derniere
            WHERE id = conversation
        ), lu AS (
            UPDATE messagerie_participant SET lu_jusqua = numero
            FROM (SELECT participant, max(numero) AS numero FROM ligne GROUP BY 1) AS derniere
            WHERE id = participant
        ), ecrit AS (
            INSERT INTO messagerie_message
                (conversation_id, numero, auteur_id, entreprise_id, est_systeme, texte, cle_client, retenu_le,
                cree_le)
            SELECT conversation, numero, par, entreprise, false, texte, cle, retenu, instant
            FROM ligne ORDER BY rang
            RETURNING conversation_id AS conversation, id, numero, entreprise_id, texte, cree_le
        ), trouve AS (
            SELECT rang, id, numero, entreprise_id, ecrit.texte, cree_le, true AS est_nouveau, precedent_le
            FROM ecrit JOIN ligne USING (conversation, numero)
            UNION ALL SELECT *, false, NULL FROM deja
        )
        SELECT auteur.rang, trouve.*, nom, ARRAY({presents}), oui
        FROM auteur JOIN relecture USING (rang) LEFT JOIN trouve USING (rang)
        LEFT JOIN profils_entreprise ON profils_entreprise.id = entreprise_id
        """  # noqa: S608  made of our own constants
    return condenser(sql), siennes | constantes | comparees


@cache
def lire_jusqua() -> tuple[str, Valeurs]:
    """Return the statement that moves a read mark forward, never back nor past the last message.

    One row when the person takes part: the new mark, null when it did not move.
    """
    auteur, constantes = _auteur("conversation", "par")
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
    """Who may read what the author writes."""
    presents = Participant.objects.presents().filter(conversation=_CONVERSATION).order_by()
    return en_sql(
        presents.values("utilisateur_id"), {_CONVERSATION: Colonne("auteur.conversation")}, prefixe="present"
    )


def _auteur(conversation: str, par: str) -> tuple[str, Valeurs]:
    """Who may write here: the QuerySet's own SQL, its row locked. Names of parameters, or `Colonne`s."""
    presents = Participant.objects.presents().filter(conversation=_CONVERSATION, utilisateur=_PAR)
    sql, constantes = en_sql(
        presents.order_by().values("id", "conversation_id", "entreprise_id"),
        {_CONVERSATION: conversation, _PAR: par},
    )
    return f"{sql} FOR NO KEY UPDATE OF messagerie_participant", constantes
