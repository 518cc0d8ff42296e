"""ASGI entry point: pages by Django, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echange.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from echange.routing import sockets  # noqa: E402  models must be loaded first
from echange.socle.demo import refuser_demo_en_production  # noqa: E402

refuser_demo_en_production()
application = ProtocolTypeRouter({"http": pages, "websocket": sockets})
