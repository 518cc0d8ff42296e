"""The round: every few seconds, what each open socket may still see and has not been told.

Wake-ups make sockets quick; this makes them right when wake-ups are lost, whatever was lost: a session
that is over, a person suspended or removed is cut, a message or an unread count not announced is found.
One process asks for all its sockets at once: three queries for a thousand of them.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Protocol
from weakref import WeakKeyDictionary

from echange.socle.a_la_demande import ALaDemande
from echange.socle.base_asynchrone import BaseInjoignable
from messagerie.lectures import Participation, participations_de
from profils.sessions import SessionOuverte, encore_ouvertes

PERIODE = 3.0  # seconds: with the time to ask, under the five that cutting a socket may take
COMPTE = 1.0  # seconds between two counts of unread messages
LOT = 1000  # sockets asked for at once

journal = logging.getLogger(__name__)


class Surveillee(Protocol):
    """A socket as the round sees it."""

    session: SessionOuverte

    def appliquer(self, participations: Sequence[Participation] | None) -> None:
        """Take in what the person has now; None: her session is over."""


class Ronde:
    """The sockets of one process (one event loop)."""

    def __init__(self) -> None:
        self._prises: set[Surveillee] = set()
        self._tache: asyncio.Task[None] | None = None
        self._a_recompter: set[Surveillee] = set()
        self._recomptees: set[Surveillee] = set()  # those being counted
        self._recompte = ALaDemande(self._recompter)

    def suivre(self, prise: Surveillee) -> None:
        self._prises.add(prise)
        if self._tache is None:
            self._tache = asyncio.create_task(self._tourner(), name="ronde")

    def oublier(self, prise: Surveillee) -> None:
        self._prises.discard(prise)
        self._a_recompter.discard(prise)
        self._recomptees.discard(prise)

    def recompter(self, prise: Surveillee) -> None:
        """Something of its person has moved: at once when all is quiet, otherwise with the others, soon."""
        self._a_recompter.add(prise)
        self._recompte.demander()

    async def _recompter(self) -> None:
        self._recomptees, self._a_recompter = self._a_recompter, set()
        siennes = await _siennes(tuple(self._recomptees))
        while self._recomptees:
            prise = self._recomptees.pop()
            prise.appliquer(siennes[prise.session.personne.pk])
        await asyncio.sleep(COMPTE)

    async def _tourner(self) -> None:
        try:
            while self._prises:
                await asyncio.sleep(PERIODE)
                prises = iter(tuple(self._prises))
                while lot := list(islice(prises, LOT)):
                    await self._controler(lot)
        finally:
            self._tache = None

    async def _controler(self, prises: list[Surveillee]) -> None:
        try:
            await controler(prises)
        except BaseInjoignable:
            journal.warning("The database does not answer: the round will try again")


async def controler(prises: Iterable[Surveillee]) -> None:
    """Bring these sockets to what is true now."""
    prises = list(prises)
    ouvertes = await encore_ouvertes([prise.session for prise in prises])
    siennes = await _siennes(prises)
    for prise in prises:
        est_ouverte = prise.session.cle in ouvertes
        prise.appliquer(siennes[prise.session.personne.pk] if est_ouverte else None)


async def _siennes(prises: Collection[Surveillee]) -> Mapping[int, Sequence[Participation]]:
    """Return what the people of these sockets take part in; one query."""
    return await participations_de(prise.session.personne.pk for prise in prises)


_rondes: WeakKeyDictionary[asyncio.AbstractEventLoop, Ronde] = WeakKeyDictionary()


def ronde() -> Ronde:
    """This event loop's round."""
    boucle = asyncio.get_running_loop()
    if boucle not in _rondes:
        _rondes[boucle] = Ronde()
    return _rondes[boucle]
