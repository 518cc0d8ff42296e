"""Wake-ups: tell the live sockets, once a transaction has committed, that there is something to read.

A wake-up carries no fact and may be lost: whoever is woken reads the database, and whoever was not is
found by a round every few seconds (`messagerie.ronde`). It travels by PostgreSQL `NOTIFY`, or by Redis when
`REDIS_URL` is set: one channel that every web process hears (docs/adr/0004, 0012).

Each process has one switchboard (`Standard`), which knows its own sleepers by group, hears the others'
wake-ups and announces its own, several in one go when they come fast.
"""

import asyncio
import json
import logging
import random
from collections.abc import Iterable, Sequence
from functools import cache, partial
from typing import Any, Protocol
from uuid import uuid4
from weakref import WeakKeyDictionary

import psycopg
import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from redis import asyncio as redis_asynchrone
from redis.exceptions import RedisError

from echange.socle.a_la_demande import ALaDemande
from echange.socle.base_asynchrone import BaseInjoignable, executer, parametres_de_connexion
from echange.socle.requetes_asynchrones import en_tableau

CANAL = "echange_reveils"
DROITS = {"type": "droits"}  # « check again that you may listen »: carries no verdict
RATTRAPAGE = {"type": "rattrapage"}  # wake-ups may have been lost

ATTENTE_MIN, ATTENTE_MAX = 0.5, 30.0  # seconds between two attempts to listen again
SONDE = 30.0  # seconds of silence after which the listening connection is tried
ENVOI_MAX = 2.0  # seconds: never hold anyone longer for a mere wake-up
LOT = 40  # wake-ups in one notification: PostgreSQL takes 8 000 bytes
REPIT = 0.01  # seconds between two sendings to the other processes: what comes meanwhile leaves together
# Not worth a wait for the disk, during which no other notification of the server could leave.
NOTIFIER = """
    SELECT pg_notify(%(canal)s, charge)
    FROM set_config('synchronous_commit', 'off', true), unnest(%(charges)s::text[]) AS charge
"""

Evenement = dict[str, Any]
Reveil = tuple[str, Evenement]

journal = logging.getLogger(__name__)


class Dormeur(Protocol):
    """Who may be woken, and never holds up the waker."""

    def reveiller(self, groupe: str, evenement: Evenement) -> None: ...


def groupe_de(personne: int) -> str:
    """Name of the group of everything a person has open."""
    return f"personne.{personne}"


def reveiller(groupe: str, evenement: Evenement) -> None:
    """Send `evenement` (small, JSON) to the sleepers of `groupe`, everywhere, once the transaction has
    committed."""
    transaction.on_commit(partial(_publier, [(groupe, evenement)]))


def annoncer(groupe: str, evenement: Evenement, *, sur_place: Evenement | None = None) -> None:
    """The same, called from an event loop for a fact already committed: at once here, soon elsewhere.

    `sur_place`: what the sleepers of this process get besides; it saves them a question, nothing else.
    """
    _standard().annoncer(groupe, evenement, sur_place or {})


def rejoindre(dormeur: Dormeur, groupes: Iterable[str]) -> None:
    """Have `dormeur` woken with these groups, until `quitter`."""
    _standard().inscrire(dormeur, groupes)


def quitter(dormeur: Dormeur, groupes: Iterable[str]) -> None:
    _standard().rayer(dormeur, groupes)


async def ne_plus_ecouter() -> None:
    """Stop this event loop's switchboard."""
    standard = _standards.pop(asyncio.get_running_loop(), None)
    if standard is not None:
        await standard.fermer()


def _publier(reveils: Sequence[Reveil]) -> None:
    """The fact is committed: whatever happens to its wake-up, it is not the caller's failure."""
    try:
        if settings.REDIS_URL:
            for charge in _en_charges(reveils):
                _client_redis(settings.REDIS_URL).publish(CANAL, charge)
        else:
            with connection.cursor() as curseur:
                curseur.execute(NOTIFIER, {"canal": CANAL, "charges": en_tableau(_en_charges(reveils))})
    except (RedisError, DatabaseError, OSError) as erreur:
        journal.warning("A wake-up is lost, the round will find what it announced: %s", erreur)


def _en_charges(reveils: Sequence[Reveil], de: str = "") -> list[str]:
    """`de`: the switchboard that has already woken its own."""
    return [
        json.dumps([de, reveils[debut : debut + LOT]], separators=(",", ":"))
        for debut in range(0, len(reveils), LOT)
    ]


@cache
def _client_redis(adresse: str) -> redis.Redis:
    return redis.Redis.from_url(adresse, socket_timeout=ENVOI_MAX)


class Standard:
    """What one process (one event loop) knows of its sleepers, and its line to the other processes."""

    def __init__(self) -> None:
        self._nom = uuid4().hex
        self._dormeurs: dict[str, set[Dormeur]] = {}
        self._a_publier: list[Reveil] = []
        self._publication = ALaDemande(self._publier_tout)
        self._redis: redis_asynchrone.Redis | None = None
        if settings.REDIS_URL:
            self._redis = redis_asynchrone.Redis.from_url(settings.REDIS_URL, socket_timeout=ENVOI_MAX)
        self._ecoute = asyncio.create_task(self._ecouter(), name="reveils")

    def inscrire(self, dormeur: Dormeur, groupes: Iterable[str]) -> None:
        for groupe in groupes:
            self._dormeurs.setdefault(groupe, set()).add(dormeur)

    def rayer(self, dormeur: Dormeur, groupes: Iterable[str]) -> None:
        for groupe in groupes:
            presents = self._dormeurs.get(groupe)
            if presents is not None:
                presents.discard(dormeur)
                if not presents:
                    del self._dormeurs[groupe]

    def annoncer(self, groupe: str, evenement: Evenement, sur_place: Evenement) -> None:
        self._reveiller_ici(groupe, evenement | sur_place)
        self._a_publier.append((groupe, evenement))
        self._publication.demander()

    async def fermer(self) -> None:
        self._ecoute.cancel()
        await asyncio.gather(self._ecoute, self._publication.cesser(), return_exceptions=True)
        if self._redis is not None:
            await self._redis.aclose()

    def _reveiller_ici(self, groupe: str, evenement: Evenement) -> None:
        for dormeur in tuple(self._dormeurs.get(groupe, ())):
            dormeur.reveiller(groupe, evenement)

    def _rattraper(self) -> None:
        for dormeur in {dormeur for presents in self._dormeurs.values() for dormeur in presents}:
            dormeur.reveiller("", RATTRAPAGE)

    async def _publier_tout(self) -> None:
        """While one batch is on its way, the next one gathers. The first after a silence leaves at once."""
        reveils, self._a_publier = self._a_publier, []
        try:
            async with asyncio.timeout(ENVOI_MAX):
                await self._publier(_en_charges(reveils, self._nom))
        except (RedisError, BaseInjoignable, OSError) as erreur:  # OSError: `TimeoutError` too
            journal.warning("%d wake-ups are lost, the round will mend it: %s", len(reveils), erreur)
        await asyncio.sleep(REPIT)

    async def _publier(self, charges: list[str]) -> None:
        if self._redis is None:
            await executer(NOTIFIER, {"canal": CANAL, "charges": en_tableau(charges)})
            return
        for charge in charges:
            await self._redis.publish(CANAL, charge)

    async def _ecouter(self) -> None:
        """Hear the other processes, for ever; reconnect with a growing delay.

        Once it listens (again), every sleeper is told to catch up: what was said meanwhile is lost.
        """
        ecouter = self._ecouter_redis if settings.REDIS_URL else self._ecouter_postgresql
        attente = ATTENTE_MIN
        while True:
            debut = asyncio.get_running_loop().time()
            try:
                await ecouter()
            except (psycopg.Error, RedisError, OSError) as erreur:
                journal.warning("Wake-ups interrupted: %s", erreur)
            if asyncio.get_running_loop().time() - debut > ATTENTE_MAX:
                attente = ATTENTE_MIN
            await asyncio.sleep(attente * random.uniform(0.5, 1))  # noqa: S311  spreads the processes
            attente = min(attente * 2, ATTENTE_MAX)

    async def _ecouter_postgresql(self) -> None:
        parametres = parametres_de_connexion(CANAL)
        async with await psycopg.AsyncConnection.connect(**parametres, autocommit=True) as ecoute:
            await ecoute.execute(f"LISTEN {CANAL}")
            self._rattraper()
            while True:
                async for avis in ecoute.notifies(timeout=SONDE):
                    self._entendre(avis.payload)
                await ecoute.execute("SELECT 1")  # a connection dead in silence is found here

    async def _ecouter_redis(self) -> None:
        client = redis_asynchrone.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=ENVOI_MAX)
        async with client, client.pubsub() as ecoute:
            await ecoute.subscribe(CANAL)
            while True:
                recu = await ecoute.get_message(timeout=SONDE)
                if recu is None:
                    async with asyncio.timeout(ENVOI_MAX):
                        await ecoute.ping()
                elif recu["type"] == "subscribe":
                    self._rattraper()
                elif recu["type"] == "message":
                    self._entendre(recu["data"])

    def _entendre(self, charge: str | bytes) -> None:
        de, reveils = json.loads(charge)
        for groupe, evenement in reveils if de != self._nom else ():
            self._reveiller_ici(groupe, evenement)


_standards: WeakKeyDictionary[asyncio.AbstractEventLoop, Standard] = WeakKeyDictionary()


def _standard() -> Standard:
    boucle = asyncio.get_running_loop()
    if boucle not in _standards:
        _standards[boucle] = Standard()
    return _standards[boucle]
