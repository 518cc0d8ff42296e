"""The tree's version number, watched by every process that holds something built from the tree.

One row read at most every `FRAICHEUR` seconds by each process: an edit made elsewhere is followed within
that time, and a suggestion costs no query in between.
"""

import time

from matching.models import VersionArbre

FRAICHEUR = 5.0  # seconds

_lue: tuple[float, int] | None = None  # (monotonic clock, number); replaced whole, so threads may share it


def version_de_l_arbre() -> int:
    """Return the number of the tree's last change: one query."""
    return VersionArbre.objects.filter(pk=1).values_list("numero", flat=True).first() or 0


def version_recente() -> int:
    """Return the version as it was at most `FRAICHEUR` seconds ago; usually without a query."""
    global _lue  # noqa: PLW0603  one value per process is the point
    lue = _lue
    if lue is None or time.monotonic() - lue[0] > FRAICHEUR:
        lue = _lue = (time.monotonic(), version_de_l_arbre())
    return lue[1]


def oublier_version() -> None:
    """Read the version again at the next look."""
    global _lue  # noqa: PLW0603
    _lue = None
