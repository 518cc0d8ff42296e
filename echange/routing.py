"""Routes of the live sockets. Each checks its own session (`profils.sessions`), without a thread."""

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier
from django.urls import path, re_path

from messagerie.consumers import ConversationConsommateur, MoiConsommateur

routes = URLRouter(
    [
        path("ws/moi/", MoiConsommateur.as_asgi()),
        path("ws/messages/<uuid:conversation>/", ConversationConsommateur.as_asgi()),
        re_path(r"", WebsocketDenier.as_asgi()),  # an unknown address is a refusal, not an error in the log
    ]
)
sockets = AllowedHostsOriginValidator(routes)
