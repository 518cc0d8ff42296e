"""A browser's end of a socket, as light as Python allows: ten thousand of them fit in one process."""

import asyncio
import json
import os
import socket
import struct
from base64 import b64encode
from collections.abc import Callable
from typing import Any, cast

TEXTE, FERMETURE, PING, PONG = 1, 8, 9, 10

# Linux's IP_BIND_ADDRESS_NO_PORT: the port is chosen on connecting. Chosen on binding, it is looked for one by one
# among those still cooling down: with 20 000 of them, the browsers' own process was busy for half a minute.
ADRESSE_SANS_PORT = 24
Trame = dict[str, Any]


class Refusee(Exception):
    """The server said something else than « 101 »."""


class Prise(asyncio.Protocol):
    """Speaks RFC 6455 to a server that is ours: no fragment, no extension, a null mask."""

    def __init__(self, demande: bytes, surtrame: Callable[[Trame], None]) -> None:
        self._demande, self._surtrame = demande, surtrame
        self._recu = bytearray()
        self._transport: asyncio.Transport
        self.est_ouverte = False
        self.ouverte: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.fermee: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._demande)

    def data_received(self, data: bytes) -> None:
        self._recu += data
        if not self.est_ouverte and not self._lire_reponse():
            return
        while (trame := self._lire_trame()) is not None:
            self._traiter(*trame)

    def connection_lost(self, exc: Exception | None) -> None:
        self._finir(1006)

    def dire(self, trame: Trame) -> None:
        self._envoyer(TEXTE, json.dumps(trame).encode())

    def fermer(self) -> None:
        self._transport.close()

    def couper(self) -> None:
        self._transport.abort()

    def _lire_reponse(self) -> bool:
        fin = self._recu.find(b"\r\n\r\n")
        if fin < 0:
            return False
        if not self._recu.startswith(b"HTTP/1.1 101"):
            if not self.ouverte.done():
                self.ouverte.set_exception(Refusee(bytes(self._recu[:60]).decode("latin-1")))
            self._transport.close()
            return False
        del self._recu[: fin + 4]
        self.est_ouverte = True
        if not self.ouverte.done():
            self.ouverte.set_result(None)
        return True

    def _lire_trame(self) -> tuple[int, bytes] | None:
        if len(self._recu) < 2:
            return None
        code, longueur, debut = self._recu[0] & 15, self._recu[1] & 127, 2
        if longueur > 125:
            forme, debut = ("!H", 4) if longueur == 126 else ("!Q", 10)
            if len(self._recu) < debut:
                return None
            (longueur,) = struct.unpack_from(forme, self._recu, 2)
        if len(self._recu) < debut + longueur:
            return None
        contenu = bytes(self._recu[debut : debut + longueur])
        del self._recu[: debut + longueur]
        return code, contenu

    def _traiter(self, code: int, contenu: bytes) -> None:
        if code == TEXTE:
            self._surtrame(json.loads(contenu))
        elif code == PING:
            self._envoyer(PONG, contenu)
        elif code == FERMETURE:
            self._finir(struct.unpack_from("!H", contenu)[0] if len(contenu) >= 2 else 1005)
            self._transport.close()

    def _envoyer(self, code: int, contenu: bytes) -> None:
        longueur = len(contenu)
        taille = bytes([128 | longueur]) if longueur < 126 else b"\xfe" + struct.pack("!H", longueur)
        self._transport.write(bytes([128 | code]) + taille + b"\0\0\0\0" + contenu)

    def _finir(self, code: int) -> None:
        self.est_ouverte = False
        if not self.ouverte.done():
            self.ouverte.set_exception(Refusee(f"fermée ({code})"))
        if not self.fermee.done():
            self.fermee.set_result(code)


async def ouvrir(
    port: int, chemin: str, session: str, surtrame: Callable[[Trame], None], *, depuis: str = "127.0.0.1"
) -> Prise:
    """Open a socket on the site of this port; raises `Refusee` or `OSError`. `depuis`: our own address."""
    demande = (
        f"GET {chemin} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}\r\nCookie: sessionid={session}\r\n\r\n"
    )
    connexion = socket.socket()
    connexion.setblocking(False)  # noqa: FBT003  the standard library's
    connexion.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connexion.setsockopt(socket.IPPROTO_IP, ADRESSE_SANS_PORT, 1)
    connexion.bind((depuis, 0))
    boucle = asyncio.get_running_loop()
    try:
        await boucle.sock_connect(connexion, ("127.0.0.1", port))
    except BaseException:
        connexion.close()
        raise
    _, prise = await boucle.create_connection(lambda: Prise(demande.encode(), surtrame), sock=connexion)
    try:
        await prise.ouverte
    except BaseException:
        prise.couper()
        raise
    return prise
