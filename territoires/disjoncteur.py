"""A circuit breaker: stop asking a service that does not answer, so that nobody waits for it in vain."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Disjoncteur:
    """After `echecs_max` failures in a row, refuse calls for `repos` seconds, then let one try for all.

    One per process, shared by its threads.
    """

    def __init__(
        self, *, echecs_max: int = 3, repos: float = 60.0, horloge: Callable[[], float] = time.monotonic
    ) -> None:
        self._echecs_max, self._repos, self._horloge = echecs_max, repos, horloge
        self._verrou = Lock()
        self._echecs = 0
        self._reprise = 0.0

    def laisse_passer(self) -> bool:
        with self._verrou:
            if self._echecs < self._echecs_max:
                return True
            maintenant = self._horloge()
            if maintenant < self._reprise:
                return False
            # This caller tries; the others go on waiting for its answer.
            self._reprise = maintenant + self._repos
            return True

    def noter_succes(self) -> None:
        with self._verrou:
            self._echecs = 0

    def noter_echec(self) -> None:
        with self._verrou:
            self._echecs += 1
            if self._echecs >= self._echecs_max:
                self._reprise = self._horloge() + self._repos
