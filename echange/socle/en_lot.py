"""Questions that come while others are on their way leave together, as one.

The first after a silence leaves at once; under load each round trip, each commit carries what has gathered
during the one before. Nobody waits for a lot to fill.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

PATIENCE = 0.02  # seconds
Demande = TypeVar("Demande")
Reponse = TypeVar("Reponse")


_en_route: WeakKeyDictionary[asyncio.AbstractEventLoop, set[asyncio.Task[None]]] = WeakKeyDictionary()


async def finir_les_lots(delai: float) -> None:
    """Wait, `delai` seconds at most, for what is on its way: its askers may have left already."""
    if en_route := _en_route.get(asyncio.get_running_loop()):
        await asyncio.wait(en_route, timeout=delai)


@dataclass(slots=True)
class _File(Generic[Demande, Reponse]):
    """What one event loop has to ask."""

    attente: deque[tuple[Demande, asyncio.Future[Reponse]]] = field(default_factory=deque)
    porteurs: int = 0
    en_route: int = 0  # lots


class EnLot(Generic[Demande, Reponse]):
    """`await lot(demande)` is `(await repondre([demande]))[0]`, shared with whoever asks at the same time.

    `repondre` gives an answer for each question, in order; an exception among them is raised to its asker
    alone, one that it raises itself to all of them. At most `de_front` lots are on their way, of at most
    `maximum` questions: another leaves when one has not come back after `patience` seconds (it may wait for
    somebody's lock). Whoever stops waiting does not stop what was asked.
    """

    def __init__(
        self,
        repondre: Callable[[Sequence[Demande]], Awaitable[Sequence[Reponse | Exception]]],
        *,
        de_front: int,
        maximum: int,
        patience: float = PATIENCE,
    ) -> None:
        self._repondre, self._de_front, self._maximum = repondre, de_front, maximum
        self._patience = patience
        self._files: WeakKeyDictionary[asyncio.AbstractEventLoop, _File[Demande, Reponse]] = (
            WeakKeyDictionary()
        )

    async def __call__(self, demande: Demande) -> Reponse:
        boucle = asyncio.get_running_loop()
        file = self._file(boucle)
        attendue: asyncio.Future[Reponse] = boucle.create_future()
        file.attente.append((demande, attendue))
        if file.porteurs < self._de_front:
            file.porteurs += 1
            tache = boucle.create_task(self._porter(file))
            en_route = _en_route.setdefault(boucle, set())
            en_route.add(tache)
            tache.add_done_callback(en_route.discard)
        return await attendue

    def _file(self, boucle: asyncio.AbstractEventLoop) -> _File[Demande, Reponse]:
        if boucle not in self._files:
            self._files[boucle] = _File()
        return self._files[boucle]

    async def _porter(self, file: _File[Demande, Reponse]) -> None:
        """Take lot after lot; nothing is awaited between finding none left and being gone."""
        try:
            if file.en_route:
                await asyncio.sleep(self._patience)
            while file.attente:
                file.en_route += 1
                try:
                    await self._porter_un_lot(file)
                finally:
                    file.en_route -= 1
        finally:
            file.porteurs -= 1

    async def _porter_un_lot(self, file: _File[Demande, Reponse]) -> None:
        await asyncio.sleep(0)  # those who are about to ask come along
        lot = [file.attente.popleft() for _ in range(min(len(file.attente), self._maximum))]
        if not lot:  # another carrier has taken them
            return
        try:
            reponses = await self._repondre([demande for demande, _ in lot])
        except Exception as erreur:  # noqa: BLE001  it is raised to those who asked
            reponses = [erreur] * len(lot)
        for (_, attendue), reponse in zip(lot, reponses, strict=True):
            if attendue.done():  # its asker has left
                continue
            if isinstance(reponse, Exception):
                attendue.set_exception(reponse)
            else:
                attendue.set_result(reponse)
