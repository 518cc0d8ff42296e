"""Questions that come while others are on their way leave together, as one.

The first after a silence leaves at once; under load each round trip, each commit carries what has gathered
during the one before, or during the short rest that follows it. Nobody waits for a lot to fill.
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
    a_l_heure: int = 0  # carriers whose lot is not late


class EnLot(Generic[Demande, Reponse]):
    """`await lot(demande)` is `(await repondre([demande]))[0]`, shared with whoever asks at the same time.

    `repondre` gives an answer for each question, in order; an exception among them is raised to its asker
    alone, one that it raises itself to all of them. At most `de_front` lots are on their way, of at most
    `maximum` questions: another leaves when one has not come back after `patience` seconds (it may wait for
    somebody's lock), and a carrier whose lot was in time rests `repit` seconds before the next. Whoever stops
    waiting does not stop what was asked.
    """

    def __init__(
        self,
        repondre: Callable[[Sequence[Demande]], Awaitable[Sequence[Reponse | Exception]]],
        *,
        de_front: int,
        maximum: int,
        patience: float = PATIENCE,
        repit: float = 0.0,
    ) -> None:
        self._repondre, self._de_front, self._maximum = repondre, de_front, maximum
        self._patience, self._repit = patience, repit
        self._files: WeakKeyDictionary[asyncio.AbstractEventLoop, _File[Demande, Reponse]] = (
            WeakKeyDictionary()
        )

    async def __call__(self, demande: Demande) -> Reponse:
        boucle = asyncio.get_running_loop()
        file = self._file(boucle)
        attendue: asyncio.Future[Reponse] = boucle.create_future()
        file.attente.append((demande, attendue))
        self._envoyer_un_porteur(file)
        return await attendue

    def _file(self, boucle: asyncio.AbstractEventLoop) -> _File[Demande, Reponse]:
        if boucle not in self._files:
            self._files[boucle] = _File()
        return self._files[boucle]

    def _envoyer_un_porteur(self, file: _File[Demande, Reponse]) -> None:
        """Unless there is nothing to carry, one who is about to come back for it, or no more to send."""
        if not file.attente or file.a_l_heure or file.porteurs == self._de_front:
            return
        file.porteurs += 1
        file.a_l_heure += 1
        boucle = asyncio.get_running_loop()
        tache = boucle.create_task(self._porter(file))
        en_route = _en_route.setdefault(boucle, set())
        en_route.add(tache)
        tache.add_done_callback(en_route.discard)

    async def _porter(self, file: _File[Demande, Reponse]) -> None:
        """Take lot after lot; one that was late leaves the rest to whoever was sent meanwhile.

        Nothing is awaited between finding none left and being gone.
        """
        est_tardif = False

        def tarder() -> None:
            nonlocal est_tardif
            est_tardif = True
            file.a_l_heure -= 1
            self._envoyer_un_porteur(file)

        try:
            while file.attente and not (est_tardif and file.a_l_heure):
                file.a_l_heure += est_tardif
                est_tardif = False
                retard = asyncio.get_running_loop().call_later(self._patience, tarder)
                try:
                    await self._porter_un_lot(file)
                finally:
                    retard.cancel()
                if self._repit and not est_tardif:
                    await asyncio.sleep(self._repit)
        finally:
            file.porteurs -= 1
            file.a_l_heure -= not est_tardif

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
