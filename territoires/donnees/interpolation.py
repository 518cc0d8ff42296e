"""Place the communes GeoNames does not know, near their neighbours and never on one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import cos, pi, radians, sin
from statistics import fmean

from territoires.donnees.points import KM_PAR_DEGRE, Point
from territoires.donnees.sources import Commune

# A village is some way from the town whose position is known.
ECART_MIN_KM = 2.0
ECART_MAX_KM = 4.0

Groupes = Callable[[Commune], Iterable[Hashable]]


@dataclass(frozen=True, slots=True)
class Niveau:
    """A way of grouping neighbours, from the closest to the widest."""

    nom: str
    groupes: Groupes


NIVEAUX = (
    Niveau("code postal et EPCI", lambda c: [(code, c.epci) for code in c.codes_postaux if c.epci]),
    Niveau("code postal", lambda c: c.codes_postaux),
    Niveau("EPCI", lambda c: [c.epci] if c.epci else []),
    Niveau("département", lambda c: [c.departement]),
)


@dataclass(frozen=True, slots=True)
class Estimation:
    point: Point
    niveau: str


class Interpolation:
    """Estimate positions from the known ones, given by INSEE code."""

    def __init__(self, communes: Iterable[Commune], connus: Mapping[str, Point]) -> None:
        self._groupes: dict[tuple[str, Hashable], dict[str, Point]] = defaultdict(dict)
        for commune in communes:
            if point := connus.get(commune.code):
                for niveau in NIVEAUX:
                    for groupe in niveau.groupes(commune):
                        self._groupes[niveau.nom, groupe][commune.code] = point

    def estimer(self, commune: Commune) -> Estimation | None:
        """Return a point near the commune's closest known neighbours, itself left out.

        None when nothing is known in its whole département.
        """
        for niveau in NIVEAUX:
            voisins: dict[str, Point] = {}
            for groupe in niveau.groupes(commune):
                voisins |= self._groupes.get((niveau.nom, groupe), {})
            voisins.pop(commune.code, None)
            if voisins:
                return Estimation(disperser(_moyenne(voisins.values()), commune.code), niveau.nom)
        return None


def disperser(point: Point, code: str) -> Point:
    """Move a point 2 to 4 km away, always the same way for one INSEE code."""
    empreinte = sha256(code.encode()).digest()
    angle = 2 * pi * int.from_bytes(empreinte[:4]) / 2**32
    part = int.from_bytes(empreinte[4:8]) / 2**32
    degres = (ECART_MIN_KM + (ECART_MAX_KM - ECART_MIN_KM) * part) / KM_PAR_DEGRE
    return Point(
        point.lon + degres * cos(angle) / cos(radians(point.lat)),
        point.lat + degres * sin(angle),
    )


def _moyenne(points: Iterable[Point]) -> Point:
    points = list(points)
    return Point(fmean(p.lon for p in points), fmean(p.lat for p in points))
