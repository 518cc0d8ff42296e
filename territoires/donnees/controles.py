"""Refuse to write a file that is wrong, and measure honestly the one that is right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from statistics import quantiles

from territoires.donnees.complements import CHEFS_LIEUX, POINTS
from territoires.donnees.coordonnees import (
    Origine,
    Position,
    eloignement_max_km,
    milieux_des_departements,
)
from territoires.donnees.interpolation import Interpolation
from territoires.donnees.points import Point, distance_km, est_metropole
from territoires.donnees.sources import Commune, Decoupage, GeographieInvalide

# Of the pinned year (1 January 2026).
NOMBRE_COMMUNES = 34_969
NOMBRE_ARRONDISSEMENTS = 45

METROPOLE_LON = (-5.2, 9.6)
METROPOLE_LAT = (41.3, 51.2)
TOLERANCE_KM = 5.0
RAYON_DE_VILLE_KM = 12.0

# Well-known town centres, so that a wrong join or swapped axes cannot pass.
TEMOINS = {
    "35238": Point(-1.678, 48.117),  # Rennes
    "35360": Point(-1.210, 48.124),  # Vitré
    "35115": Point(-1.204, 48.352),  # Fougères
    "35236": Point(-2.084, 47.651),  # Redon
    "35049": Point(-1.852, 48.676),  # Cancale
    "35288": Point(-2.026, 48.649),  # Saint-Malo
    "44109": Point(-1.554, 47.218),  # Nantes
    "44036": Point(-1.376, 47.717),  # Châteaubriant
    "78646": Point(2.130, 48.804),  # Versailles
    "92050": Point(2.207, 48.892),  # Nanterre
    "93066": Point(2.358, 48.936),  # Saint-Denis (Seine-Saint-Denis)
    "97411": Point(55.450, -20.880),  # Saint-Denis (La Réunion)
    "29019": Point(-4.486, 48.390),  # Brest
    "59350": Point(3.063, 50.637),  # Lille
    "67482": Point(7.752, 48.573),  # Strasbourg
    "2A004": Point(8.737, 41.927),  # Ajaccio
    "75056": Point(2.352, 48.857),  # Paris
    "69123": Point(4.835, 45.758),  # Lyon
    "13055": Point(5.370, 43.296),  # Marseille
}


class ControleEchoue(GeographieInvalide):
    """The geography about to be written is wrong."""


def controler(decoupage: Decoupage, positions: Mapping[str, Position]) -> None:
    """Raise ControleEchoue with every fault found, if there is any."""
    communes = decoupage.communes
    points = {code: position.point for code, position in positions.items()}
    fautes = [
        *_nombres(communes),
        *_references(decoupage),
        *_complements(communes, positions),
        *(f"{c.code} {c.nom}: no position" for c in communes if c.code not in points),
    ]
    if not fautes:
        fautes = [
            *_emprise(communes, points),
            *_eloignements(communes, points),
            *_temoins(points),
            *_villes(communes, points),
            *_superpositions(points),
        ]
    if fautes:
        raise ControleEchoue("\n".join(fautes))


def _nombres(communes: list[Commune]) -> Iterable[str]:
    arrondissements = sum(1 for c in communes if c.parente)
    if arrondissements != NOMBRE_ARRONDISSEMENTS:
        yield f"{arrondissements} arrondissements"
    if len(communes) - arrondissements != NOMBRE_COMMUNES:
        yield f"{len(communes) - arrondissements} communes"
    if len({c.code for c in communes}) != len(communes):
        yield "a code occurs twice"


def _references(decoupage: Decoupage) -> Iterable[str]:
    regions = {r.code for r in decoupage.regions}
    departements = {d.code: d.region for d in decoupage.departements}
    epci = {e.code for e in decoupage.epci} | {""}
    for code, region in departements.items():
        if region not in regions:
            yield f"département {code}: unknown region {region}"
    for commune in decoupage.communes:
        if departements.get(commune.departement) != commune.region or commune.epci not in epci:
            yield f"{commune.code} {commune.nom}: unknown département, region or EPCI"


def _complements(communes: list[Commune], positions: Mapping[str, Position]) -> Iterable[str]:
    inconnus = (POINTS.keys() | CHEFS_LIEUX.keys()) - {c.code for c in communes}
    for code in sorted(inconnus):
        yield f"complements.py: {code} is not a commune"
    for code in POINTS:
        if positions[code].origine is not Origine.COMPLEMENT:
            yield f"complements.py: {code} is now in GeoNames, drop it"


def _emprise(communes: list[Commune], points: Mapping[str, Point]) -> Iterable[str]:
    for commune in communes:
        lon, lat = points[commune.code]
        dedans = METROPOLE_LON[0] <= lon <= METROPOLE_LON[1]
        dedans = dedans and METROPOLE_LAT[0] <= lat <= METROPOLE_LAT[1]
        if dedans != est_metropole(commune.region):
            yield f"{commune.code} {commune.nom}: {lon}, {lat} on the wrong side of the box"


def _eloignements(communes: list[Commune], points: Mapping[str, Point]) -> Iterable[str]:
    milieux = milieux_des_departements(communes, points)
    for commune in communes:
        limite = eloignement_max_km(commune)
        distance = distance_km(milieux[commune.departement], points[commune.code])
        if limite is not None and distance > limite:
            yield f"{commune.code} {commune.nom}: {distance:.0f} km from its département's median"


def _temoins(points: Mapping[str, Point]) -> Iterable[str]:
    for code, attendu in TEMOINS.items():
        distance = distance_km(attendu, points[code])
        if distance > TOLERANCE_KM:
            yield f"{code}: {distance:.1f} km from where it is known to be"


def _villes(communes: list[Commune], points: Mapping[str, Point]) -> Iterable[str]:
    populations: dict[str, int] = defaultdict(int)
    for commune in communes:
        if commune.parente:
            populations[commune.parente] += commune.population
            if distance_km(points[commune.parente], points[commune.code]) > RAYON_DE_VILLE_KM:
                yield f"{commune.code} {commune.nom}: outside its city"
    for commune in communes:
        if populations.get(commune.code, commune.population) != commune.population:
            yield f"{commune.code} {commune.nom}: population differs from its arrondissements'"


def _superpositions(points: Mapping[str, Point]) -> Iterable[str]:
    par_point: dict[tuple[float, float], list[str]] = defaultdict(list)
    for code, (lon, lat) in points.items():
        par_point[round(lon, 5), round(lat, 5)].append(code)
    for codes in par_point.values():
        if len(codes) > 1:
            yield f"{', '.join(codes)}: on the same point"


def mesurer(communes: list[Commune], positions: Mapping[str, Position]) -> list[str]:
    """Return the report: counts, exact share by number and by people, interpolation error."""
    ordinaires = [c for c in communes if not c.parente]
    exactes = [c for c in ordinaires if positions[c.code].est_exacte]
    personnes = sum(c.population for c in ordinaires)
    part_communes = len(exactes) / len(ordinaires)
    part_personnes = sum(c.population for c in exactes) / personnes
    lignes = [
        f"communes: {len(ordinaires)}, arrondissements: {len(communes) - len(ordinaires)}",
        f"population: {personnes} (arrondissements counted once)",
        f"exact: {len(exactes)} communes ({part_communes:.1%}), {part_personnes:.1%} of people",
    ]
    origines = Counter(
        f"{positions[c.code].origine.value} {positions[c.code].niveau}".rstrip() for c in ordinaires
    )
    lignes += [f"  {nombre:6d} {origine}" for origine, nombre in origines.most_common()]
    return lignes + _erreurs(ordinaires, positions)


def _erreurs(communes: list[Commune], positions: Mapping[str, Position]) -> list[str]:
    """Interpolate the exact communes as if each were unknown, and compare."""
    metropole = [c for c in communes if est_metropole(c.region)]
    interpolation = Interpolation(
        communes, {c: p.point for c, p in positions.items() if p.origine is not Origine.INTERPOLEE}
    )
    erreurs: dict[str, list[float]] = defaultdict(list)
    for commune in metropole:
        estimation = interpolation.estimer(commune)
        if positions[commune.code].est_exacte and estimation:
            erreur = distance_km(estimation.point, positions[commune.code].point)
            erreurs[estimation.niveau].append(erreur)
    lignes = ["error of interpolation, leaving each exact commune of metropolitan France out:"]
    for niveau, valeurs in erreurs.items():
        deciles = quantiles(valeurs, n=10)
        lignes.append(
            f"  {niveau}: median {deciles[4]:.1f} km, 90 % under {deciles[8]:.1f} km"
            f" ({len(valeurs)} communes)"
        )
    return lignes
