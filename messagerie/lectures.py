"""What the live sockets read: the QuerySets of the pages, on the asynchronous pool."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from channels.db import database_sync_to_async
from django.db.models import F, QuerySet, prefetch_related_objects

from echange.socle.base_asynchrone import Rangees
from echange.socle.en_lot import EnLot
from echange.socle.requetes_asynchrones import (
    REPIT,
    Empreinte,
    Lecture,
    LectureEnLot,
    LectureSiChange,
    Parmi,
    en_tableau,
)
from messagerie.models import Message, Participant
from messagerie.models.conversations import NON_LUS
from messagerie.presentation import LigneJson, en_json, en_lignes
from messagerie.services.ecriture import MessageEcrit
from profils.models import Entreprise, Utilisateur

LOT = 50  # messages in one frame: what a slow browser may have waiting for it

_CONVERSATION, _LECTEUR, _NUMERO = 2_000_000_001, 2_000_000_002, 2_000_000_003
_CHAMPS = tuple(champ.attname for champ in Message._meta.concrete_fields)
_LONGUEUR = len(_CHAMPS)

# Few lines carry files or a card: they are read as a page reads them, in a thread.
_completer = database_sync_to_async(prefetch_related_objects, thread_sensitive=False)

_lire_messages = LectureEnLot(
    lambda: (
        Message.objects.lisibles_par(Utilisateur(pk=_LECTEUR))
        .filter(conversation=_CONVERSATION)
        .depuis(_NUMERO)
        .values_list(*_CHAMPS, "auteur__first_name", "entreprise__nom")[: LOT + 1]
    ),
    {
        _LECTEUR: ("lecteur", "bigint"),
        _CONVERSATION: ("conversation", "bigint"),
        _NUMERO: ("numero", "int"),
    },
)


def _participations() -> QuerySet[Participant, Any]:
    presences = Participant.objects.presents().filter(Parmi(F("utilisateur"), _LECTEUR)).order_by("pk")
    return presences.values_list(
        "utilisateur", "conversation", "conversation__uuid", "conversation__dernier_numero", NON_LUS
    )


_lire_participations = Lecture(_participations, {_LECTEUR: "personnes"})
_lire_si_change = LectureSiChange(_participations, {_LECTEUR: "personnes"})


class Participation(NamedTuple):
    """What one person has in one conversation now; absent when she may no longer be there."""

    personne: int
    conversation: int
    uuid: UUID
    dernier_numero: int
    non_lus: int


async def participations_de(personnes: Iterable[int]) -> dict[int, list[Participation]]:
    """Return what each of these people takes part in, nothing included; one query."""
    personnes = set(personnes)
    return par_personne(await _lire_participations(personnes=en_tableau(personnes)), personnes)


async def relever_participations(personnes: str, su: Empreinte) -> tuple[Empreinte, Rangees]:
    """The same for people written as one text (`en_tableau`): its print, and its rows unless it is `su`."""
    return await _lire_si_change(su, personnes=personnes)


def par_personne(rangees: Rangees, personnes: Iterable[int]) -> dict[int, list[Participation]]:
    siennes: dict[int, list[Participation]] = {personne: [] for personne in personnes}
    for rangee in rangees:
        participation = Participation._make(rangee)
        siennes[participation.personne].append(participation)
    return siennes


async def _participations_ensemble(personnes: Sequence[int]) -> list[list[Participation]]:
    siennes = await participations_de(personnes)
    return [siennes[personne] for personne in personnes]


# Of one person, for whom a page has just opened; asked with the others who come at the same time.
participations_d_une: EnLot[int, list[Participation]] = EnLot(
    _participations_ensemble, de_front=2, maximum=100, repit=REPIT
)


async def lire_depuis(conversation: int, lecteur: Utilisateur, numero: int) -> list[LigneJson]:
    """What `lecteur` misses after message `numero`, `LOT` lines at most: `lignes_depuis`, live."""
    # The message already known comes along: its day says whether a separator is due.
    rangees = await _lire_messages(conversation=conversation, lecteur=lecteur.pk, numero=numero - 1)
    messages = [_en_message(rangee) for rangee in rangees]
    connu = messages.pop(0).cree_le if messages and messages[0].numero <= numero else None
    if riches := [message for message in messages if message.a_suite]:
        await _completer(riches, *Message.SUITE)
    return [en_json(ligne) for ligne in en_lignes(messages[:LOT], lecteur, connu)]


def ligne_ecrite(ecrit: MessageEcrit, lecteur: Utilisateur) -> LigneJson:
    """The same line, from what the statement that wrote it answered: nothing to read."""
    (ligne,) = en_lignes([ecrit.message], lecteur, ecrit.precedent_le)
    return en_json(ligne)


def _en_message(rangee: tuple[object, ...]) -> Message:
    """Rebuild the message with the little that is shown of its author and company."""
    message = Message.from_db("default", _CHAMPS, rangee[:_LONGUEUR])
    prenom, nom = rangee[_LONGUEUR:]
    if message.auteur_id:
        message.auteur = Utilisateur.from_db("default", ("id", "first_name"), (message.auteur_id, prenom))
    if message.entreprise_id:
        message.entreprise = Entreprise.from_db("default", ("id", "nom"), (message.entreprise_id, nom))
    return message
