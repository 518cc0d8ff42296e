"""How fast one socket may write: a sliding window, in memory, gone with the socket."""

from collections import deque
from time import monotonic


class Cadence:
    """Grants at most `maximum` passages in any `fenetre` seconds."""

    def __init__(self, maximum: int, fenetre: float) -> None:
        self._fenetre = fenetre
        self._passages: deque[float] = deque(maxlen=maximum)

    def accorde(self) -> bool:
        """Say whether one more passes now; a refusal does not count."""
        maintenant = monotonic()
        plein = len(self._passages) == self._passages.maxlen
        if plein and maintenant - self._passages[0] < self._fenetre:
            return False
        self._passages.append(maintenant)
        return True
