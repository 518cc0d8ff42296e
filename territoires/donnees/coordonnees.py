"""Give every commune a position, and say where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from statistics import median

from territoires.donnees.complements import POINTS
from territoires.donnees.interpolation import Interpolation
from territoires.donnees.points import Point, distance_km, est_metropole
from territoires.donnees.rapprochement import (
    rapprocher,
    rapprocher_arrondissements,
    rapprocher_partiellement,
)
from territoires.donnees.sources import Commune, GeographieInvalide, Lieu

# No département is wider: beyond this distance from its median, the join is wrong.
ELOIGNEMENT_MAX_KM = 150.0
ELOIGNEMENT_MAX_OUTRE_MER_KM = 300.0


class Origine(Enum):
    """Where a position comes from, from the surest to the vaguest."""

    GEONAMES = "centre GeoNames"
    PARTIE = "une partie de la commune"
    COMPLEMENT = "complément écrit à la main"
    INTERPOLEE = "interpolée"


@dataclass(frozen=True, slots=True)
class Position:
    """A commune's point; `niveau` names the neighbours it was interpolated from, if it was."""

    point: Point
    origine: Origine
    niveau: str = ""

    @property
    def est_exacte(self) -> bool:
        return self.origine is Origine.GEONAMES


class CommuneSansPosition(GeographieInvalide):
    """Nothing is known in the commune's whole département."""


def situer(communes: list[Commune], lieux: list[Lieu]) -> dict[str, Position]:
    """Return the position of every commune and municipal arrondissement, by INSEE code."""
    ordinaires = [c for c in communes if not c.parente]
    arrondissements = [c for c in communes if c.parente]
    connus = _sans_les_lointains(ordinaires, rapprocher(ordinaires, lieux))
    partiels = rapprocher_partiellement(ordinaires, lieux, connus)
    quartiers = rapprocher_arrondissements(arrondissements, lieux)
    positions = {
        **{code: Position(point, Origine.COMPLEMENT) for code, point in POINTS.items()},
        **{code: Position(_point(v), Origine.PARTIE) for code, v in partiels.items()},
        **{code: Position(_point(v), Origine.GEONAMES) for code, v in connus.items()},
        **{code: Position(_point(v), Origine.GEONAMES) for code, v in quartiers.items()},
    }
    return positions | _interpoler(communes, positions)


def _interpoler(communes: list[Commune], positions: Mapping[str, Position]) -> dict[str, Position]:
    interpolation = Interpolation(communes, {code: p.point for code, p in positions.items()})
    interpolees = {}
    for commune in communes:
        if commune.code not in positions:
            estimation = interpolation.estimer(commune)
            if estimation is None:
                raise CommuneSansPosition(commune)
            interpolees[commune.code] = Position(estimation.point, Origine.INTERPOLEE, estimation.niveau)
    return interpolees


def eloignement_max_km(commune: Commune) -> float | None:
    """Return how far a commune may be from its département's median; None for archipelagos."""
    if est_metropole(commune.region):
        return ELOIGNEMENT_MAX_KM
    return ELOIGNEMENT_MAX_OUTRE_MER_KM if commune.region < "10" else None


def milieux_des_departements(communes: list[Commune], points: Mapping[str, Point]) -> dict[str, Point]:
    """Return the median point of each département that has a known commune."""
    par_departement: dict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        if commune.code in points:
            par_departement[commune.departement].append(points[commune.code])
    return {
        departement: Point(median(p.lon for p in groupe), median(p.lat for p in groupe))
        for departement, groupe in par_departement.items()
    }


def _sans_les_lointains(communes: list[Commune], connus: Mapping[str, Lieu]) -> dict[str, Lieu]:
    points = {code: _point(lieu) for code, lieu in connus.items()}
    milieux = milieux_des_departements(communes, points)
    gardes = {}
    for commune in communes:
        if commune.code in connus:
            limite = eloignement_max_km(commune)
            distance = distance_km(milieux[commune.departement], points[commune.code])
            if limite is None or distance <= limite:
                gardes[commune.code] = connus[commune.code]
    return gardes


def _point(lieu: Lieu) -> Point:
    return Point(lieu.lon, lieu.lat)
