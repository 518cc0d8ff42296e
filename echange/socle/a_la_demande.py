"""Work that is asked for more often than it needs doing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from echange.socle.base_asynchrone import BaseInjoignable

journal = logging.getLogger(__name__)


class ALaDemande:
    """Runs `action` when asked; asked again meanwhile, once more afterwards; never twice at the same time.

    However many the demands, one bit is kept: nothing piles up behind a slow action.
    """

    __slots__ = ("_action", "_encore", "_tache")

    def __init__(self, action: Callable[[], Awaitable[None]]) -> None:
        self._action = action
        self._encore = False
        self._tache: asyncio.Task[None] | None = None

    def demander(self) -> None:
        self._encore = True
        if self._tache is None:
            self._tache = asyncio.create_task(self._faire())

    async def cesser(self) -> None:
        if self._tache is not None:
            self._tache.cancel()
            await asyncio.gather(self._tache, return_exceptions=True)

    async def _faire(self) -> None:
        try:
            while self._encore:
                self._encore = False
                await self._action()
        except BaseInjoignable:
            journal.warning("The database does not answer: whoever asked will ask again")
        except Exception:  # noqa: BLE001  nobody awaits this task: say it here
            journal.exception("A background action failed")
        finally:
            self._tache = None
