"""A browser's end of a live socket, without a server (`channels.testing` would need Daphne)."""
# mypy: disable-error-code="no-untyped-call"

import json
from typing import Any
from urllib.parse import unquote

from asgiref.testing import ApplicationCommunicator


class Prise(ApplicationCommunicator):
    """Speaks ASGI to `application` as a server would."""

    def __init__(self, application: Any, chemin: str, entetes: list[tuple[bytes, bytes]]) -> None:
        portee: dict[str, Any] = {
            "type": "websocket",
            "path": unquote(chemin),
            "query_string": b"",
            "headers": entetes,
            "subprotocols": [],
        }
        super().__init__(application, portee)
        self.non_lus: list[int] = []

    async def entrer(self) -> int | None:
        """Ask to enter; return None if accepted, else the close code."""
        await self.send_input({"type": "websocket.connect"})
        reponse = await self.sortie()
        if reponse["type"] == "websocket.accept":
            return None
        return int(reponse.get("code", 1000))

    async def dire(self, trame: Any) -> None:
        await self.dire_brut(text=json.dumps(trame))

    async def dire_brut(self, **contenu: Any) -> None:
        await self.send_input({"type": "websocket.receive", **contenu})

    async def entendre(self) -> Any:
        """The next frame, the unread count apart: it comes when it likes, and `non_lus` keeps it."""
        while True:
            sortie = await self.sortie()
            assert sortie["type"] == "websocket.send", sortie
            trame = json.loads(sortie["text"])
            if trame["type"] != "non_lus":
                return trame
            self.non_lus.append(trame["nombre"])

    async def compter_jusqua(self, nombre: int) -> None:
        """Wait until the page is told that many messages are unread."""
        while not self.non_lus or self.non_lus[-1] != nombre:
            trame = json.loads((await self.sortie())["text"])
            assert trame["type"] == "non_lus", trame
            self.non_lus.append(trame["nombre"])

    async def fermeture(self) -> int:
        """The code it is closed with, whatever is said before."""
        while (sortie := await self.sortie())["type"] != "websocket.close":
            pass
        return int(sortie["code"])

    async def sortie(self) -> dict[str, Any]:
        """The next thing the application tells its server."""
        evenement: dict[str, Any] = await self.receive_output(5)
        return evenement

    async def rien(self) -> bool:
        """Say whether nothing but the unread count comes for a while."""
        while not await self.receive_nothing(0.3):
            trame = json.loads((await self.sortie()).get("text", "{}"))
            if trame.get("type") != "non_lus":
                return False
            self.non_lus.append(trame["nombre"])
        return True

    async def partir(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)
