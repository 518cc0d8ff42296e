"""The real site on a free port, over the test database: pages, static files and live sockets.

Uvicorn runs in a thread of the test's own process, so that it sees the test database, the settings a
test changes and the mails of `django.core.mail.outbox`. The fixture brings real transactions.
"""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from django.conf import settings as reglages
from django.test import Client

from profils.models import Utilisateur

DEMARRAGE_MAX = 20.0  # seconds


class Serveur:
    """`adresse` is `http://127.0.0.1:<port>`; `adresse_socket` the same for sockets."""

    def __init__(self, **reglages_uvicorn: Any) -> None:
        from echange.asgi import application  # noqa: PLC0415  loads the whole site: only when wanted

        communs: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "lifespan": "off", "log_config": None}
        config = uvicorn.Config(application, **(communs | reglages_uvicorn))
        self._pret = threading.Event()
        self._uvicorn = ServeurUvicorn(config, self._pret)
        self._fil = threading.Thread(target=self._servir, name="serveur", daemon=True)

    @property
    def port(self) -> int:
        port: int = self._uvicorn.servers[0].sockets[0].getsockname()[1]
        return port

    @property
    def adresse(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def adresse_socket(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def octets_en_attente(self) -> int:
        """What all browsers together have not taken yet, in this process."""
        prises: Any = self._uvicorn.server_state.connections
        return sum(prise.transport.get_write_buffer_size() for prise in prises)

    def demarrer(self) -> None:
        self._fil.start()
        assert self._pret.wait(DEMARRAGE_MAX), "the server did not start"

    def arreter(self) -> None:
        self._uvicorn.should_exit = True
        self._uvicorn.force_exit = True  # do not wait for browsers that keep their connection
        self._fil.join(DEMARRAGE_MAX)
        assert not self._fil.is_alive(), "the server did not stop"

    def _servir(self) -> None:
        asyncio.run(self._vivre())

    async def _vivre(self) -> None:
        from echange.asgi import arreter_le_direct  # noqa: PLC0415

        try:
            await self._uvicorn.serve()
        finally:
            await arreter_le_direct()


class ServeurUvicorn(uvicorn.Server):
    """Uvicorn, which says when it listens."""

    def __init__(self, config: uvicorn.Config, pret: threading.Event) -> None:
        super().__init__(config)
        self._pret = pret

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._pret.set()


@pytest.fixture
def serveur(transactional_db: None, settings: Any) -> Iterator[Serveur]:
    """The site, running for the length of one test."""
    site = Serveur()
    site.demarrer()
    settings.ADRESSE_DU_SITE = site.adresse  # the links of the mails lead here
    yield site
    site.arreter()


def cookies_de(utilisateur: Utilisateur) -> dict[str, str]:
    """Sign in without a browser; return the cookies to give to one."""
    client = Client()
    client.force_login(utilisateur, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {reglages.SESSION_COOKIE_NAME: client.cookies[reglages.SESSION_COOKIE_NAME].value}
