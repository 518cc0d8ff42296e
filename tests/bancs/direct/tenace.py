"""A page that does not give up: what direct.js and conversation.js do on a bad network, without a browser.

It opens again after a growing delay, asks for what comes after its last number, and sends again, with the
same key, whatever was not confirmed.
"""

import asyncio
import random
from collections import Counter
from typing import Any
from uuid import uuid4

from tests.bancs.direct.prises import Prise, Refusee, Trame, ouvrir
from tests.bancs.direct.scene import Place

SILENCE = 3.0  # seconds without an answer after which the socket is given up (the page: 45 + 10)
ATTENTE_MIN, ATTENTE_MAX = 0.1, 2.0  # the page: 1 and 30


class Tenace:
    """One tab. `ports` are the web processes it may reach; it tries another one each time."""

    def __init__(self, place: Place, ports: list[int]) -> None:
        self.place, self._ports = place, ports
        self.textes: list[str] = []
        self.non_lus: int | None = None
        self.fermetures: Counter[int] = Counter()
        self.en_attente: dict[str, str] = {}  # key → text, until it comes back with a number
        self._prise: Prise | None = None
        self._entendu = asyncio.Event()
        self._tache = asyncio.create_task(self._vivre())

    @property
    def dernier(self) -> int:
        return len(self.textes) + 1  # the opening line is number 1

    def ecrire(self, texte: str, *, fois: int = 1) -> None:
        """Send; `fois`: a double click sends the same key twice."""
        cle = str(uuid4())
        self.en_attente[cle] = texte
        for _ in range(fois):
            self._envoyer(cle)

    async def partir(self) -> None:
        self._tache.cancel()
        await asyncio.gather(self._tache, return_exceptions=True)
        if self._prise:
            self._prise.couper()

    def _envoyer(self, cle: str) -> None:
        if self._prise and self._prise.est_ouverte:
            self._prise.dire({"type": "message", "texte": self.en_attente[cle], "cle": cle})

    async def _vivre(self) -> None:
        attente = ATTENTE_MIN
        while True:
            try:
                async with asyncio.timeout(SILENCE):
                    await self._entrer()
                attente = ATTENTE_MIN
                await self._ecouter()
            except (Refusee, OSError):
                pass
            await asyncio.sleep(attente * random.uniform(0.5, 1))  # noqa: S311
            attente = min(attente * 2, ATTENTE_MAX)

    async def _entrer(self) -> None:
        chemin = f"/ws/messages/{self.place.conversation}/"
        port = random.choice(self._ports)  # noqa: S311
        self._prise = await ouvrir(port, chemin, self.place.session, self._entendre)
        self._prise.dire({"type": "depuis", "numero": self.dernier})
        for cle in tuple(self.en_attente):
            self._envoyer(cle)

    async def _ecouter(self) -> None:
        """Return when the socket is closed, or silent although it was asked."""
        assert self._prise
        est_muette = False
        while not est_muette and not self._prise.fermee.done():
            if not await self._a_un_signe(SILENCE / 2) and not self._prise.fermee.done():
                self._prise.dire({"type": "battement"})
                est_muette = not await self._a_un_signe(SILENCE / 2)
        if self._prise.fermee.done():
            self.fermetures[self._prise.fermee.result()] += 1
        self._prise.couper()

    async def _a_un_signe(self, secondes: float) -> bool:
        """Say whether a frame comes within that time, on a socket still open."""
        assert self._prise
        self._entendu.clear()
        entendu: asyncio.Future[Any] = asyncio.ensure_future(self._entendu.wait())
        try:
            await asyncio.wait(
                {entendu, self._prise.fermee}, timeout=secondes, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            entendu.cancel()
        return self._entendu.is_set() and not self._prise.fermee.done()

    def _entendre(self, trame: Trame) -> None:
        self._entendu.set()
        if trame["type"] == "non_lus":
            self.non_lus = trame["nombre"]
        for message in trame.get("messages", ()):
            self._recevoir(message)

    def _recevoir(self, message: dict[str, Any]) -> None:
        self.en_attente.pop(message["cle"], None)
        if message["numero"] == self.dernier + 1:
            self.textes.append(message["texte"])
        elif message["numero"] > self.dernier + 1 and self._prise:  # the page would show nothing, and ask
            self._prise.dire({"type": "depuis", "numero": self.dernier})
