"""Where each territoire writes: its shelves, found by their place in the tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from territoires.models import Territoire


def rubriques_par_territoire(modele: Any, territoires: Iterable[Territoire]) -> list[tuple[Territoire, Any]]:
    """Return the shelf of this kind of each territoire that has one (read with their `page`): one query."""
    par_chemin = {t.page.path: t for t in territoires if hasattr(t, "page")}
    rubriques = [(r.path[: -r.steplen], r) for r in modele.objects.live().order_by("path")]
    return [(par_chemin[chemin], r) for chemin, r in rubriques if chemin in par_chemin]
