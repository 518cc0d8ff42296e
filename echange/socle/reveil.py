"""Wake-ups: tell the live sockets, when a transaction commits, that there is something to read.

A wake-up carries no content and may be lost: whoever is woken reads the database, and asks again for
what is missing after any interruption. It travels by PostgreSQL `NOTIFY`, which is part of the
transaction and reaches every web process, or by Redis when `REDIS_URL` is set (docs/adr/0004).
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable
from functools import partial
from typing import Any

import psycopg
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection, connections, transaction
from redis import asyncio as redis
from redis.exceptions import RedisError

CANAL = "echange_reveils"
TOUS = "reveils.tous"  # the group that every live socket joins
RATTRAPAGE = {"type": "rattrapage"}  # sent to TOUS when wake-ups may have been lost

ATTENTE_MIN, ATTENTE_MAX = 0.5, 30.0  # seconds between two attempts to listen again
SONDE = 30.0  # seconds of silence after which the listening connection is tried
SONDE_REDIS = 5.0
REABONNEMENT_REDIS = 2.0  # the channel layer subscribes again about one second after Redis is back
ENVOI_REDIS_MAX = 2.0  # never hold a request longer for a mere wake-up

journal = logging.getLogger(__name__)
_tache: asyncio.Task[None] | None = None


def reveiller(groupe: str, evenement: dict[str, Any]) -> None:
    """Send `evenement` (small, JSON) to the sockets of `groupe` if and when the transaction commits."""
    if settings.REDIS_URL:
        transaction.on_commit(partial(_publier_sur_redis, groupe, evenement))
        return
    charge = json.dumps({"groupe": groupe, "evenement": evenement})
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_notify(%s, %s)", [CANAL, charge])


async def rejoindre(groupe: str, canal: str) -> None:
    """Have the live socket known as `canal` woken with `groupe`, and told when it must catch up."""
    for nom in (groupe, TOUS):
        await get_channel_layer().group_add(nom, canal)
    _ecouter()


async def quitter(groupe: str, canal: str) -> None:
    """Undo `rejoindre`; a socket that leaves while Redis is away just leaves."""
    for nom in (groupe, TOUS):
        await _tenter(get_channel_layer().group_discard(nom, canal))


def _ecouter() -> None:
    """Make sure this process's one listener runs on the current event loop; costs nothing when it does."""
    global _tache  # noqa: PLW0603  one per process is the point
    boucle = asyncio.get_running_loop()
    if _tache is None or _tache.done() or _tache.get_loop() is not boucle:
        travail = _surveiller_redis if settings.REDIS_URL else _ecouter_postgresql
        _tache = boucle.create_task(travail(), name="reveils")


async def ne_plus_ecouter() -> None:
    """Stop the listener and close its connection."""
    global _tache
    tache, _tache = _tache, None
    if tache is None or tache.done() or tache.get_loop() is not asyncio.get_running_loop():
        return
    tache.cancel()
    await asyncio.gather(tache, return_exceptions=True)


def _publier_sur_redis(groupe: str, evenement: dict[str, Any]) -> None:
    """The fact is committed: whatever happens to its wake-up, it is not the caller's failure.

    (`on_commit(robust=True)` would say the same, but Django 5.2 breaks on a `partial` that raises.)
    """
    async_to_sync(_tenter)(_diffuser_en_temps_borne(groupe, evenement))


async def _diffuser_en_temps_borne(groupe: str, evenement: dict[str, Any]) -> None:
    async with asyncio.timeout(ENVOI_REDIS_MAX):
        await _diffuser(groupe, evenement)


async def _diffuser(groupe: str, evenement: dict[str, Any]) -> None:
    await get_channel_layer().group_send(groupe, evenement)


async def _ecouter_postgresql() -> None:
    """Relay notifications to this process's sockets, for ever; reconnect with a growing delay.

    Once it listens (again), every socket is told to catch up: what was notified meanwhile is lost.
    """
    attente = ATTENTE_MIN
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(**_parametres(), autocommit=True) as ecoute:
                await ecoute.execute(f"LISTEN {CANAL}")
                attente = ATTENTE_MIN
                await _diffuser(TOUS, RATTRAPAGE)
                await _relayer(ecoute)
        except (psycopg.Error, OSError) as erreur:
            journal.warning("Wake-ups interrupted, next attempt within %.1f s: %s", attente, erreur)
        await asyncio.sleep(attente * random.uniform(0.5, 1))  # noqa: S311  spreads the processes
        attente = min(attente * 2, ATTENTE_MAX)


async def _relayer(ecoute: psycopg.AsyncConnection[Any]) -> None:
    while True:
        async for avis in ecoute.notifies(timeout=SONDE):
            contenu = json.loads(avis.payload)
            await _diffuser(contenu["groupe"], contenu["evenement"])
        await ecoute.execute("SELECT 1")  # a connection dead in silence is found here


def _parametres() -> dict[str, Any]:
    """Return the connection parameters of the default database, without what is Django's own."""
    parametres: dict[str, Any] = connections["default"].get_connection_params()
    for propre_a_django in ("context", "cursor_factory"):
        parametres.pop(propre_a_django, None)
    return {"connect_timeout": 10, **parametres, "application_name": CANAL}


async def _surveiller_redis() -> None:
    """Tell every socket to catch up after Redis was away or restarted."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=ENVOI_REDIS_MAX)
    try:
        vecu = None  # the life of the Redis server last seen, None while it is away
        while True:
            vu = await _vie_de_redis(client)
            if vu is not None and vu != vecu:
                await asyncio.sleep(REABONNEMENT_REDIS)
                await _tenter(_diffuser(TOUS, RATTRAPAGE))
            vecu = vu
            await asyncio.sleep(SONDE_REDIS)
    finally:
        await client.aclose()


async def _vie_de_redis(client: "redis.Redis") -> str | None:
    try:
        return str((await client.info("server"))["run_id"])
    except (RedisError, OSError) as erreur:
        journal.warning("Redis does not answer, wake-ups wait for it: %s", erreur)
        return None


async def _tenter(action: Awaitable[None]) -> None:
    try:
        await action
    except (RedisError, OSError) as erreur:
        journal.warning("Redis is away: %s", erreur)
