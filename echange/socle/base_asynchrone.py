"""A small pool of asynchronous connections, for what the live sockets ask of the database all day long.

A thread and an ORM call for each frame stop at 200–270 messages a second (measured, docs/adr/0013). The SQL
is still the QuerySets' own (`requetes_asynchrones`).
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import connections
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from echange.socle.en_lot import finir_les_lots

ATTENTE_MAX = 5.0  # seconds waited for a connection
FIN_MAX = 2.0  # seconds given to what is on its way when the server stops
REPRISES = (0.0, 0.2, 1.0)  # seconds before each attempt
# A few rows by their keys, in tables that are in memory: with the usual price of a page PostgreSQL would
# rather read a small table whole, each time (0.2 ms a message, among 200 people).
EN_MEMOIRE = " -c random_page_cost=1.1"
Rangees = list[tuple[Any, ...]]
Bassin = AsyncConnectionPool[psycopg.AsyncConnection[Any]]
_bassins: WeakKeyDictionary[asyncio.AbstractEventLoop, Bassin] = WeakKeyDictionary()


class BaseInjoignable(Exception):
    """The database did not answer, several times over."""


def parametres_de_connexion(nom: str) -> dict[str, Any]:
    """Return the default database's parameters, less Django's own; `nom` shows in `pg_stat_activity`."""
    parametres: dict[str, Any] = connections["default"].get_connection_params()
    for propre_a_django in ("context", "cursor_factory"):
        parametres.pop(propre_a_django, None)
    parametres["options"] += EN_MEMOIRE
    return {"connect_timeout": 10, **parametres, "application_name": nom}


async def executer(sql: str, valeurs: Mapping[str, Any]) -> Rangees:
    """Run one statement, committed when it returns; return its rows.

    Tried again when the connection breaks, so give it only what may run twice. Raises `BaseInjoignable`.
    """
    for attente in REPRISES:
        if attente:  # even a sleep of nothing lets the whole loop turn once
            await asyncio.sleep(attente)
        try:
            async with (await _bassin()).connection() as connexion:
                curseur = await connexion.execute(sql.encode(), valeurs)
                return await curseur.fetchall()
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as erreur:
            derniere = erreur
    raise BaseInjoignable from derniere


async def fermer() -> None:
    """Close this event loop's connections, once what is on its way has arrived."""
    await finir_les_lots(FIN_MAX)
    bassin = _bassins.pop(asyncio.get_running_loop(), None)
    if bassin is not None:
        await bassin.close(timeout=1)


async def _bassin() -> Bassin:
    boucle = asyncio.get_running_loop()
    if boucle not in _bassins:
        _bassins[boucle] = Bassin(
            kwargs={**parametres_de_connexion("echange_direct"), "autocommit": True, "prepare_threshold": 1},
            min_size=1,
            max_size=settings.CONNEXIONS_DIRECT,
            timeout=ATTENTE_MAX,
            open=False,
            name="direct",
        )
        await _bassins[boucle].open()
    return _bassins[boucle]
