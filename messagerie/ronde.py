"""The round: every few seconds, what each open socket may still see and has not been told.

Wake-ups make sockets quick; this makes them right when wake-ups are lost, whatever was lost: a session
that is over, a person suspended or removed is cut, a message or an unread count not announced is found.
One process asks for all its sockets at once: three queries for a thousand of them. They are asked all day
long, so a lot whose answer has not changed gets one row a query, and is left alone.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from typing import Protocol
from weakref import WeakKeyDictionary

from echange.socle.a_la_demande import ALaDemande
from echange.socle.base_asynchrone import BaseInjoignable, Rangees
from echange.socle.requetes_asynchrones import INCONNUE, Empreinte
from messagerie.lectures import Participation, par_personne, participations_de, relever_participations
from profils.sessions import INCONNUES, Empreintes, Releve, SessionOuverte, Surveillance

PERIODE = 3.0  # seconds: with the time to ask, under the five that cutting a socket may take
COMPTE = 1.0  # seconds between two counts of unread messages
LOT = 1000  # sockets asked for at once

# Of the sessions; of what their people take part in.
Reponse = tuple[Releve, Rangees]
Su = tuple[Empreintes, Empreinte]
RIEN: Su = (INCONNUES, INCONNUE)

journal = logging.getLogger(__name__)


class Surveillee(Protocol):
    """A socket as the round sees it."""

    session: SessionOuverte

    def appliquer(self, participations: Sequence[Participation] | None) -> None:
        """Take in what the person has now; None: her session is over."""


class Question:
    """What is true now of these sockets. Asked each round, written once."""

    def __init__(self, prises: Iterable[Surveillee]) -> None:
        self._prises = tuple(prises)
        self._sessions = Surveillance(prise.session for prise in self._prises)

    async def poser(self, su: Su = RIEN) -> tuple[Su, Reponse]:
        """Return the prints of the answer, and those of its rows that are no longer as they were known."""
        des_sessions, des_participations = su
        des_sessions, releve = await self._sessions.relever(des_sessions)
        des_participations, rangees = await relever_participations(
            self._sessions.personnes, des_participations
        )
        return (des_sessions, des_participations), (releve, rangees)

    def appliquer(self, reponse: Reponse) -> None:
        """Bring these sockets to what was read."""
        releve, rangees = reponse
        ouvertes = self._sessions.encore_ouvertes(releve)
        siennes = par_personne(rangees, (prise.session.personne.pk for prise in self._prises))
        for prise in self._prises:
            est_ouverte = prise.session.cle in ouvertes
            prise.appliquer(siennes[prise.session.personne.pk] if est_ouverte else None)


class Lot:
    """Sockets that are asked for together."""

    def __init__(self) -> None:
        self._prises: set[Surveillee] = set()
        self._question: Question | None = None  # written again when somebody comes or leaves
        self._su = RIEN  # what all its sockets were brought to

    def __len__(self) -> int:
        return len(self._prises)

    def accueillir(self, prise: Surveillee) -> None:
        self._prises.add(prise)
        self._question, self._su = None, RIEN

    def laisser_partir(self, prise: Surveillee) -> None:
        self._prises.discard(prise)
        self._question, self._su = None, RIEN

    def douter(self) -> None:
        """One of its sockets was brought elsewhere since: the next answer is for all of them."""
        self._su = RIEN

    async def controler(self) -> None:
        question = self._question = self._question or Question(self._prises)
        connu = self._su
        su, reponse = await question.poser(connu)
        if su != self._su:  # or somebody has doubted meanwhile
            if connu != RIEN:
                su, reponse = await question.poser()
            question.appliquer(reponse)
        self._su = su if self._question is question else RIEN


class Ronde:
    """The sockets of one process (one event loop)."""

    def __init__(self) -> None:
        self._lots: list[Lot] = []
        self._lot_de: dict[Surveillee, Lot] = {}
        self._tache: asyncio.Task[None] | None = None
        self._a_recompter: set[Surveillee] = set()
        self._recomptees: set[Surveillee] = set()  # those being counted
        self._recompte = ALaDemande(self._recompter)

    def suivre(self, prise: Surveillee) -> None:
        self._lot_de[prise] = lot = self._lot_ou_entrer()
        lot.accueillir(prise)
        if self._tache is None:
            self._tache = asyncio.create_task(self._tourner(), name="ronde")

    def oublier(self, prise: Surveillee) -> None:
        self._a_recompter.discard(prise)
        self._recomptees.discard(prise)
        if lot := self._lot_de.pop(prise, None):
            lot.laisser_partir(prise)
            if not len(lot):
                self._lots.remove(lot)

    def recompter(self, prise: Surveillee) -> None:
        """Something of its person has moved: at once when all is quiet, otherwise with the others, soon."""
        self._a_recompter.add(prise)
        self._recompte.demander()

    async def controler(self, prise: Surveillee) -> None:
        """Bring this one to what is true now, without waiting for its turn."""
        question = Question([prise])
        _, reponse = await question.poser()
        self._douter_de(prise)
        question.appliquer(reponse)

    def _lot_ou_entrer(self) -> Lot:
        for lot in self._lots:
            if len(lot) < LOT:
                return lot
        self._lots.append(Lot())
        return self._lots[-1]

    def _douter_de(self, prise: Surveillee) -> None:
        if lot := self._lot_de.get(prise):
            lot.douter()

    async def _recompter(self) -> None:
        self._recomptees, self._a_recompter = self._a_recompter, set()
        siennes = await participations_de(prise.session.personne.pk for prise in self._recomptees)
        while self._recomptees:
            prise = self._recomptees.pop()
            self._douter_de(prise)
            prise.appliquer(siennes[prise.session.personne.pk])
        await asyncio.sleep(COMPTE)

    async def _tourner(self) -> None:
        try:
            while self._lots:
                await asyncio.sleep(PERIODE)
                for lot in tuple(self._lots):
                    await self._controler(lot)
        finally:
            self._tache = None

    async def _controler(self, lot: Lot) -> None:
        try:
            await lot.controler()
        except BaseInjoignable:
            journal.warning("The database does not answer: the round will try again")


_rondes: WeakKeyDictionary[asyncio.AbstractEventLoop, Ronde] = WeakKeyDictionary()


def ronde() -> Ronde:
    """This event loop's round."""
    boucle = asyncio.get_running_loop()
    if boucle not in _rondes:
        _rondes[boucle] = Ronde()
    return _rondes[boucle]
