"""ASGI entry point: pages by Django, sockets by Channels."""

import gc
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echange.settings")

from channels.db import database_sync_to_async
from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application
from django.db import OperationalError

pages = get_asgi_application()

from echange.routing import sockets  # noqa: E402  models must be loaded first
from echange.socle import base_asynchrone, reveil  # noqa: E402
from echange.socle.demo import refuser_demo_en_production  # noqa: E402
from matching import suggestions  # noqa: E402

SEUILS = (50_000, 10, 50)  # new objects before the collector looks at the young, then at their elders

journal = logging.getLogger(__name__)

refuser_demo_en_production()


async def vie(
    portee: Any, recevoir: Callable[[], Awaitable[Any]], dire: Callable[[Any], Awaitable[None]]
) -> None:
    """Be ready before the first page; when the server stops, its sockets closed, hang up."""
    await recevoir()
    await apprendre_les_mots()
    mettre_de_cote()
    await dire({"type": "lifespan.startup.complete"})
    await recevoir()
    await arreter_le_direct()
    await dire({"type": "lifespan.shutdown.complete"})


async def apprendre_les_mots() -> None:
    """Spare the first visitor a second. A database that is away does not keep the site from starting."""
    try:
        await database_sync_to_async(suggestions.modele)()
    except OperationalError:
        journal.warning("Base injoignable au démarrage : les mots seront appris à la première recherche.")


def mettre_de_cote() -> None:
    """Take what is loaded out of the garbage collector's sight: it stays for good, and going through it again
    and again costs a tenth of a message's time (measured by `bin/bench messagerie`).

    Sockets live long too: by Python's own thresholds, cycles were looked for among all of them every few
    seconds (measured while 2 500 came in: once each five seconds, for up to a second of a busy machine).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SEUILS)


async def arreter_le_direct() -> None:
    """Close what this event loop keeps open for its sockets."""
    await reveil.ne_plus_ecouter()
    await base_asynchrone.fermer()


application = ProtocolTypeRouter({"http": pages, "websocket": sockets, "lifespan": vie})
