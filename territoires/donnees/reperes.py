"""Where a commune can be, judged by the communes of its postal code, EPCI and département."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import fmean, median

from territoires.donnees.points import Point, distance_km, est_metropole
from territoires.donnees.sources import Commune

# Measured by leaving each commune out: 95 % lie within 10, 19 and 60 km of the median of the others
# of their postal code, EPCI and département. With 40 km for the EPCI, a wrong « Orival » 36 km away
# got in and put Elbeuf out; with 30 km, a dozen real communes were lost.
LIMITE_CODE_POSTAL_KM = 20.0
LIMITE_EPCI_KM = 35.0
LIMITE_DEPARTEMENT_KM = 90.0
# The largest métropoles reach further than that: this many times their members' median distance.
ETENDUES = 2.5


class Reperes:
    """Where the already joined communes are, by postal code, EPCI and département."""

    def __init__(self, communes: Iterable[Commune], connus: Mapping[str, Point]) -> None:
        self._groupes: dict[str, dict[str, Point]] = defaultdict(dict)
        for commune in communes:
            if point := connus.get(commune.code):
                for groupe in filter(None, (*commune.codes_postaux, commune.epci, commune.departement)):
                    self._groupes[groupe][commune.code] = point
        self._etendues = {groupe: _etendue(m.values()) for groupe, m in self._groupes.items()}

    def ecart(self, commune: Commune, point: Point) -> float | None:
        """Return the mean of distance / limit over the known groups; None without neighbours."""
        if not est_metropole(commune.region):
            return 0.0  # One département per region: there is no homonym to fear.
        proches = [
            self._part(commune, point, commune.codes_postaux, LIMITE_CODE_POSTAL_KM),
            self._part(commune, point, (commune.epci,), LIMITE_EPCI_KM),
        ]
        parts = [part for part in proches if part is not None]
        if parts:
            return fmean(parts)
        return self._part(commune, point, (commune.departement,), LIMITE_DEPARTEMENT_KM)

    def _part(self, commune: Commune, point: Point, groupes: tuple[str, ...], limite: float) -> float | None:
        voisins = [
            voisin
            for groupe in groupes
            for code, voisin in self._groupes.get(groupe, {}).items()
            if code != commune.code
        ]
        if not voisins:
            return None
        etendue = max(self._etendues.get(groupe, 0.0) for groupe in groupes)
        return distance_km(_milieu(voisins), point) / max(limite, ETENDUES * etendue)


def _milieu(points: Iterable[Point]) -> Point:
    points = list(points)
    return Point(median(p.lon for p in points), median(p.lat for p in points))


def _etendue(points: Iterable[Point]) -> float:
    points = list(points)
    milieu = _milieu(points)
    # Below this number, a single wrong join would stretch its own group.
    return median(distance_km(milieu, p) for p in points) if len(points) >= 8 else 0.0
