"""What the caller decides while the engine works: time, seed, cancellation, progress."""

import time
from collections.abc import Callable
from dataclasses import dataclass

Progres = Callable[[float, float], None]
"""Called with (served so far, proven bound) whenever one of them changes."""


def _jamais() -> bool:
    return False


def _muet(servis: float, borne: float) -> None:
    pass


@dataclass(frozen=True)
class Controle:
    """`fin` is a `time.monotonic()`; `arreter` is asked now and then and cancels when it answers True: the
    best round known is returned all the same."""

    fin: float
    graine: int = 1
    arreter: Callable[[], bool] = _jamais
    dire: Progres = _muet

    def reste(self) -> float:
        """Seconds left."""
        return max(0.0, self.fin - time.monotonic())

    def presse(self) -> bool:
        return self.reste() <= 0 or self.arreter()
