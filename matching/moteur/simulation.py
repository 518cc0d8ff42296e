"""A market that looks like France: companies where people live, compétences by Zipf's law.

To try the site and the engine on sizes that do not exist yet. One seed, one market, whatever the order of
the rows given: the draws use uniform numbers only, over communes sorted by code. Who can serve whom is in
`simulation_graphe`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from matching.moteur.adequation_en_lot import Entiers, Fiches, Reels

ENTREPRISES_MAX = 200_000  # beyond, the arêtes would not fit in memory
COMPETENCES_MIN = 2  # nobody asks for what it knows
RAYONS_KM = (5, 10, 20, 30, 50)  # `matching.choix.Rayon`; a test compares
ETALEMENT_M = 2_000.0  # how far from the centre of its commune a company may be
PUBLIEES_DEPUIS_J = 45.0  # days: a besoin lives 60

# What a company draws: (value, share). Shares are guesses, made plain: no platform of this kind has figures.
_PAIRES = ((1, 0.60), (2, 0.30), (3, 0.10))
_SORTES = (("complete", 0.85), ("donneuse", 0.05), ("demandeuse", 0.10))
_RAYONS = tuple(zip(RAYONS_KM, (0.15, 0.25, 0.30, 0.20, 0.10), strict=True))
_MODALITES = ((7, 0.50), (15, 0.20), (5, 0.10), (6, 0.10), (8, 0.10))  # bits of `adequation.Lieu`
_NIVEAUX_BESOIN = ((1, 0.60), (2, 0.30), (3, 0.10))
_NIVEAUX_SAVOIR = ((1, 0.20), (2, 0.45), (3, 0.35))
_PART_SANS_CRENEAUX = 0.5
_CRENEAUX = 21  # 7 days × 3 moments
_PART_LIBRE = 0.2  # of the week, for who gave slots

METRES_PAR_DEGRE = 111_320.0  # along a meridian; enough to scatter points


class SimulationInvalide(ValueError):
    """What is asked cannot be drawn; `str()` is one sentence, in French."""


@dataclass(frozen=True, eq=False)
class Lieux:
    """Communes sorted by code: inhabitants, centres in degrees (WGS 84)."""

    codes: tuple[str, ...]
    population: Reels
    longitude: Reels
    latitude: Reels

    @classmethod
    def de(cls, lignes: Iterable[tuple[str, int, float, float]]) -> Self:
        """Build from (code, population, longitude, latitude), in any order; without the empty communes."""
        triees = sorted(ligne for ligne in lignes if ligne[1] > 0)
        if not triees:
            raise SimulationInvalide("Il n’y a aucune commune habitée où placer des entreprises.")
        codes, population, longitude, latitude = zip(*triees, strict=True)
        return cls(codes, *(np.array(c, dtype=np.float64) for c in (population, longitude, latitude)))


@dataclass(frozen=True, eq=False)
class Arbre:
    """Compétences from the most to the least frequent, and the numbers of each one and its close ones."""

    codes: tuple[str, ...]
    proches: tuple[tuple[int, ...], ...]

    @classmethod
    def de(cls, codes: Sequence[str], voisines: Iterable[tuple[str, str]]) -> Self:
        """`codes` in the order of frequency; `voisines`: pairs, in both directions, in any order."""
        if len(codes) < COMPETENCES_MIN:
            raise SimulationInvalide("L’arbre des compétences n’est pas chargé.")
        rangs = {code: rang for rang, code in enumerate(codes)}
        proches = [{rang} for rang in range(len(codes))]
        for de, vers in voisines:
            if de in rangs and vers in rangs:
                proches[rangs[de]].add(rangs[vers])
        return cls(tuple(codes), tuple(tuple(sorted(ensemble)) for ensemble in proches))


@dataclass(frozen=True, eq=False)
class MarcheSimule:
    """Companies and their listings; `commune` and `competence` number the codes of `lieux` and `arbre`.

    A sommet is one pair: it has a besoin, a savoir-faire, or both. `sommet_besoin[i]` is the sommet of the
    i-th besoin. The donneurs are the sommets without a besoin.
    """

    lieux: Lieux
    arbre: Arbre
    commune: Entiers  # one per company, as are the two below
    longitude: Reels
    latitude: Reels
    entreprise: Entiers  # one per sommet
    besoins: Fiches
    savoirs: Fiches
    sommet_besoin: Entiers
    sommet_savoir: Entiers

    @property
    def sommets(self) -> int:
        return len(self.entreprise)

    @property
    def donneurs(self) -> Entiers:
        return np.setdiff1d(np.arange(self.sommets), self.sommet_besoin)


def frequences(nombre: int, exposant: float = 1.0) -> Reels:
    """Return Zipf's law: the r-th most frequent of `nombre` has a share proportional to 1 / r^exposant."""
    poids = np.arange(1, nombre + 1, dtype=np.float64) ** -exposant
    parts: Reels = poids / poids.sum()
    return parts


def verifier_demande(entreprises: int, graine: int) -> None:
    """Raise `SimulationInvalide` for a number of companies, or a seed, out of range."""
    if entreprises <= 0:
        raise SimulationInvalide(f"Il faut au moins une entreprise, pas {entreprises}.")
    if entreprises > ENTREPRISES_MAX:
        raise SimulationInvalide(f"Pas plus de {ENTREPRISES_MAX} entreprises à la fois, pas {entreprises}.")
    if graine < 0:
        raise SimulationInvalide(f"La graine est un nombre entier positif ou nul, pas {graine}.")


def simuler(entreprises: int, graine: int, *, lieux: Lieux, arbre: Arbre) -> MarcheSimule:
    """Draw a market. Raises `SimulationInvalide` for a number of companies out of range."""
    verifier_demande(entreprises, graine)
    tirage = _Tirage(graine)
    commune = tirage.parmi(lieux.population, entreprises)
    longitude, latitude = _autour(tirage, lieux.longitude[commune], lieux.latitude[commune])
    sorte = tirage.valeurs([(rang, part) for rang, (_, part) in enumerate(_SORTES)], entreprises)
    paires = np.minimum(tirage.valeurs(_PAIRES, entreprises), len(arbre.codes) // 2)
    entreprise = np.repeat(np.arange(entreprises), paires)
    sommets = np.arange(len(entreprise))
    sommet_besoin = sommets[sorte[entreprise] != 1]
    sommet_savoir = sommets[sorte[entreprise] != 2]
    auteurs = np.concatenate([entreprise[sommet_besoin], entreprise[sommet_savoir]])
    competence = _tirer_competences(tirage, auteurs, len(arbre.codes))
    places = (commune, longitude, latitude)
    demandes = len(sommet_besoin)
    return MarcheSimule(
        lieux,
        arbre,
        *places,
        entreprise,
        _annonces(tirage, auteurs[:demandes], competence[:demandes], _NIVEAUX_BESOIN, places),
        _annonces(tirage, auteurs[demandes:], competence[demandes:], _NIVEAUX_SAVOIR, places),
        sommet_besoin,
        sommet_savoir,
    )


class _Tirage:
    """Draws made of uniform numbers only: NumPy promises those, not what it makes of them."""

    def __init__(self, graine: int) -> None:
        self._bits = np.random.Generator(np.random.PCG64(graine))

    def uniformes(self, nombre: int) -> Reels:
        return self._bits.random(nombre)

    def parmi(self, poids: Reels, nombre: int) -> Entiers:
        """Return indices drawn in proportion to `poids`."""
        cumul = np.cumsum(poids)
        tires = np.searchsorted(cumul, self.uniformes(nombre) * cumul[-1], side="right")
        indices: Entiers = np.minimum(tires, len(cumul) - 1)
        return indices

    def valeurs(self, choix: Sequence[tuple[int, float]], nombre: int) -> Entiers:
        valeurs, parts = zip(*choix, strict=True)
        return np.array(valeurs, dtype=np.int64)[self.parmi(np.array(parts), nombre)]


def _autour(tirage: _Tirage, longitude: Reels, latitude: Reels) -> tuple[Reels, Reels]:
    """Move each point at random, evenly over a disc; six decimals, as a database keeps them exactly."""
    rayon = ETALEMENT_M * np.sqrt(tirage.uniformes(len(longitude)))
    angle = 2 * math.pi * tirage.uniformes(len(longitude))
    nord = latitude + rayon * np.sin(angle) / METRES_PAR_DEGRE
    est = longitude + rayon * np.cos(angle) / (METRES_PAR_DEGRE * np.cos(np.radians(latitude)))
    return np.round(est, 6), np.round(nord, 6)


def _tirer_competences(tirage: _Tirage, auteurs: Entiers, nombre: int) -> Entiers:
    """Draw a compétence for each listing by Zipf's law, never the same twice for one company."""
    poids = frequences(nombre)
    tirees = tirage.parmi(poids, len(auteurs))
    while len(doubles := _en_double(auteurs * nombre + tirees)):
        tirees[doubles] = tirage.parmi(poids, len(doubles))
    return tirees


def _en_double(cles: Entiers) -> Entiers:
    ordre = np.argsort(cles, kind="stable")
    return np.sort(ordre[1:][np.diff(cles[ordre]) == 0])


def _annonces(
    tirage: _Tirage,
    auteurs: Entiers,
    competence: Entiers,
    niveaux: Sequence[tuple[int, float]],
    places: tuple[Entiers, Reels, Reels],
) -> Fiches:
    commune, longitude, latitude = places
    nombre = len(auteurs)
    libres = (tirage.uniformes(nombre * _CRENEAUX) < _PART_LIBRE).reshape(nombre, _CRENEAUX)
    creneaux = (libres << np.arange(_CRENEAUX)).sum(axis=1)
    return Fiches(
        entreprise=auteurs,
        competence=competence,
        modalites=tirage.valeurs(_MODALITES, nombre),
        rayon_m=tirage.valeurs(_RAYONS, nombre) * 1000,
        niveau=tirage.valeurs(niveaux, nombre),
        creneaux=np.where(tirage.uniformes(nombre) < _PART_SANS_CRENEAUX, 0, creneaux),
        commune=commune[auteurs],
        publiee_j=-np.round(tirage.uniformes(nombre) * PUBLIEES_DEPUIS_J, 4),
        longitude=longitude[auteurs],
        latitude=latitude[auteurs],
    )
