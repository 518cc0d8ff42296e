"""ASGI entry point: pages by Django, sockets by Channels."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echange.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from echange.routing import sockets  # noqa: E402  models must be loaded first
from echange.socle import base_asynchrone, reveil  # noqa: E402
from echange.socle.demo import refuser_demo_en_production  # noqa: E402

refuser_demo_en_production()


async def vie(
    portee: Any, recevoir: Callable[[], Awaitable[Any]], dire: Callable[[Any], Awaitable[None]]
) -> None:
    """Start with nothing; when the server stops, its sockets closed, hang up."""
    await recevoir()
    await dire({"type": "lifespan.startup.complete"})
    await recevoir()
    await arreter_le_direct()
    await dire({"type": "lifespan.shutdown.complete"})


async def arreter_le_direct() -> None:
    """Close what this event loop keeps open for its sockets."""
    await reveil.ne_plus_ecouter()
    await base_asynchrone.fermer()


application = ProtocolTypeRouter({"http": pages, "websocket": sockets, "lifespan": vie})
