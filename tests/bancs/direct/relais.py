"""The baseline: a raw relay and one INSERT for each message. No rights, no number, no guarantee."""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import django

django.setup()

from psycopg import AsyncConnection  # noqa: E402
from psycopg_pool import AsyncConnectionPool  # noqa: E402

from echange.socle.base_asynchrone import parametres_de_connexion  # noqa: E402

ECRIRE = "INSERT INTO banc_relais (salle, texte) VALUES (%s, %s)"
salles: defaultdict[str, set[Callable[[Any], Awaitable[None]]]] = defaultdict(set)
bassin: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
    kwargs={**parametres_de_connexion("relais"), "autocommit": True, "prepare_threshold": 1},
    max_size=12,
    open=False,
)


async def application(
    portee: Any, recevoir: Callable[[], Awaitable[Any]], dire: Callable[[Any], Any]
) -> None:
    """ASGI."""
    if portee["type"] == "lifespan":
        await recevoir()
        async with bassin:
            await bassin.wait()
            await dire({"type": "lifespan.startup.complete"})
            await recevoir()
        await dire({"type": "lifespan.shutdown.complete"})
        return
    salle = portee["path"]
    await recevoir()
    await dire({"type": "websocket.accept"})
    salles[salle].add(dire)
    while (evenement := await recevoir())["type"] == "websocket.receive":
        trame = json.loads(evenement["text"])
        if trame["type"] == "message":
            await _relayer(salle, trame["texte"])
    salles[salle].discard(dire)


async def _relayer(salle: str, texte: str) -> None:
    async with bassin.connection() as connexion:
        await connexion.execute(ECRIRE, (salle, texte))
    relayee = {
        "type": "websocket.send",
        "text": json.dumps({"type": "messages", "messages": [{"texte": texte}]}),
    }
    for dire in tuple(salles[salle]):
        await dire(relayee)
