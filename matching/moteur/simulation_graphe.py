"""Who can serve whom in a simulated market, and the file of it.

The arêtes are those the site would compute: for each besoin, the nearest savoir-faire of its compétence and
of the close ones, judged by the same rule.
"""

import gzip
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import KDTree

from matching.moteur.adequation_en_lot import Entiers, Fiches, Reels, evaluer_en_lot
from matching.moteur.simulation import MarcheSimule
from matching.moteur.tour.graphe import Graphe

BLOC = 2_000_000  # pairs judged at a time
LIGNES = 100_000  # arcs written at a time
CANDIDATS = 200  # nearest savoir-faire of each compétence judged for a besoin
RAYON_TERRE_M = 6_371_008.7714  # of the sphere PostGIS draws from WGS 84, on which the arêtes are measured


@dataclass(frozen=True, eq=False)
class Aretes:
    """Parallel arrays: numbers of the besoin and of the savoir-faire in the market, score in [0, 1]."""

    besoin: Entiers
    savoir: Entiers
    score: Reels


def distances_m(long1: Reels, lat1: Reels, long2: Reels, lat2: Reels) -> Reels:
    """Return metres on the sphere, by the haversine, as the site measures its arêtes."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    demi_nord, demi_est = (phi2 - phi1) / 2, np.radians(long2 - long1) / 2
    corde = np.sin(demi_nord) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(demi_est) ** 2
    distances: Reels = 2 * RAYON_TERRE_M * np.arcsin(np.sqrt(corde))
    return distances


def relier(
    marche: MarcheSimule,
    *,
    candidats: int = CANDIDATS,
    dire: Callable[[int, int], None] = lambda fait, tout: None,
) -> Aretes:
    """Return the arêtes of the market, sorted by besoin then savoir-faire.

    `candidats`: how many of the nearest savoir-faire of each compétence are looked at for a besoin.
    `dire` receives (compétences done, in all).
    """
    par_competence = _ranger(marche.savoirs.competence, len(marche.arbre.codes))
    arbres = [KDTree(_sur_la_sphere(marche.savoirs, i)) if len(i) else None for i in par_competence]
    trouvees: list[tuple[Entiers, Entiers, Reels]] = []
    for code, besoins in enumerate(_ranger(marche.besoins.competence, len(marche.arbre.codes))):
        for proche in marche.arbre.proches[code]:
            arbre = arbres[proche]
            if arbre is not None and len(besoins):
                trouvees += _relier(marche, besoins, par_competence[proche], arbre, candidats)
        dire(code + 1, len(marche.arbre.codes))
    besoin, savoir, score = (np.concatenate(colonne) for colonne in zip(_RIEN, *trouvees, strict=True))
    ordre = np.lexsort((savoir, besoin))
    return Aretes(besoin[ordre], savoir[ordre], score[ordre])


_RIEN: tuple[Entiers, Entiers, Reels] = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def _ranger(competence: Entiers, nombre: int) -> list[Entiers]:
    """Return the numbers of the listings of each compétence."""
    ordre = np.argsort(competence, kind="stable")
    return np.split(ordre, np.searchsorted(competence[ordre], np.arange(1, nombre)))


def _relier(
    marche: MarcheSimule, besoins: Entiers, savoirs: Entiers, arbre: KDTree, candidats: int
) -> Iterator[tuple[Entiers, Entiers, Reels]]:
    """Judge each besoin with its nearest savoir-faire among `savoirs`, which `arbre` holds."""
    combien = min(candidats, len(savoirs))
    for bloc in np.array_split(besoins, math.ceil(len(besoins) * combien / BLOC)):
        places = arbre.query(_sur_la_sphere(marche.besoins, bloc), k=np.arange(1, combien + 1))[1]
        b, s = np.repeat(bloc, combien), savoirs[places.ravel()]
        fiches_b, fiches_s = marche.besoins.prendre(b), marche.savoirs.prendre(s)
        distance = distances_m(fiches_b.longitude, fiches_b.latitude, fiches_s.longitude, fiches_s.latitude)
        bons, scores = evaluer_en_lot(fiches_b, fiches_s, distance)
        yield b[bons], s[bons], scores


def _sur_la_sphere(fiches: Fiches, indices: Entiers) -> Reels:
    """Return points of the unit sphere, shape (n, 3): there, near on the chord is near on the ground."""
    longitude, latitude = np.radians(fiches.longitude[indices]), np.radians(fiches.latitude[indices])
    rayon = np.cos(latitude)
    return np.stack([rayon * np.cos(longitude), rayon * np.sin(longitude), np.sin(latitude)], axis=1)


def graphe_de_marche(marche: MarcheSimule, aretes: Aretes) -> Graphe:
    """Return the graph of its pairs (docs/moteur.md), scores as weights."""
    return Graphe.construire(
        marche.sommets,
        marche.sommet_savoir[aretes.savoir],
        marche.sommet_besoin[aretes.besoin],
        aretes.score,
        marche.donneurs.tolist(),
    )


def ecrire(chemin: Path, marche: MarcheSimule, graphe: Graphe) -> None:
    """Write what `resoudre_tour` reads, gzipped if the name ends in `.gz`, the same bytes each time.

    `entreprises` (the company of each sommet) and `communes` (the code of the commune of each company) are
    there for who wants to go back from the graph to the market; the reader ignores them. Raises `OSError`.
    """
    with chemin.open("wb") as brut:
        if chemin.suffix != ".gz":
            brut.writelines(_lignes(marche, graphe))
            return
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=brut, mtime=0) as serre:
            serre.writelines(_lignes(marche, graphe))


def _lignes(marche: MarcheSimule, graphe: Graphe) -> Iterator[bytes]:
    """Yield the file in pieces: all its arcs at once would take gigabytes."""
    autres = {
        "sommets": graphe.sommets,
        "donneurs": graphe.donneurs.tolist(),
        "entreprises": marche.entreprise.tolist(),
        "communes": [marche.lieux.codes[rang] for rang in marche.commune.tolist()],
    }
    yield json.dumps(autres)[:-1].encode() + b', "arcs": ['
    for debut in range(0, len(graphe.origine), LIGNES):
        tranche = slice(debut, debut + LIGNES)
        colonnes = (graphe.origine[tranche], graphe.arrivee[tranche], graphe.poids[tranche])
        arcs = map("[%d, %d, %r]".__mod__, zip(*(c.tolist() for c in colonnes), strict=True))
        yield ((",\n" if debut else "\n") + ",\n".join(arcs)).encode()
    yield b"]}\n"
