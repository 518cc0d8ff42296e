"""A synthetic territory for the engine: companies in clusters, compétences by Zipf's law, radii of 5 to 50 km.

One company has one besoin and one savoir-faire, and is one vertex. At 20 000 companies the default density gives
about 1.9 million arcs and 380 000 circles of 3: what the reference solver could not close in twenty minutes.
"""

import math

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Graphe

COMPETENCES = 150
ZIPF = 0.6
RAYONS_KM = (5.0, 10.0, 20.0, 30.0, 50.0)
BOURGS_POUR_1000 = 20
COTE_KM = 32.0  # of the square in which the companies live: it sets the density
ETALEMENT_KM = 5.0


def creer_marche(entreprises: int, graine: int, *, cote_km: float = COTE_KM) -> Graphe:
    """Return the graph of a market: arc u → v when what u knows is what v needs, within both radii."""
    hasard = np.random.default_rng(graine)
    bourgs = max(3, entreprises * BOURGS_POUR_1000 // 1000)
    poids = hasard.lognormal(0.0, 1.2, bourgs)
    lieu = hasard.choice(bourgs, entreprises, p=poids / poids.sum())
    centres = hasard.uniform(0, cote_km, (bourgs, 2))
    position = centres[lieu] + hasard.normal(0, ETALEMENT_KM, (entreprises, 2))
    rayon = hasard.choice(RAYONS_KM, entreprises)
    frequence = np.arange(1, COMPETENCES + 1) ** -ZIPF
    frequence /= frequence.sum()
    besoin = hasard.choice(COMPETENCES, entreprises, p=frequence)
    savoir = _autre_que(besoin, hasard.choice(COMPETENCES, entreprises, p=frequence), hasard)
    donne: list[NDArray[np.int64]] = []
    recoit: list[NDArray[np.int64]] = []
    for competence in range(COMPETENCES):
        demandeurs = np.flatnonzero(besoin == competence)
        for offreurs in _blocs(np.flatnonzero(savoir == competence)):
            distance = np.hypot(*(position[offreurs][:, None] - position[demandeurs][None]).transpose(2, 0, 1))
            i, j = np.nonzero(distance <= np.minimum(rayon[offreurs][:, None], rayon[demandeurs][None]))
            donne.append(offreurs[i])
            recoit.append(demandeurs[j])
    return Graphe.construire(entreprises, np.concatenate(donne), np.concatenate(recoit))


def _autre_que(
    besoin: NDArray[np.int64], savoir: NDArray[np.int64], hasard: np.random.Generator
) -> NDArray[np.int64]:
    """Nobody offers the very thing it asks for."""
    decalage = hasard.integers(1, COMPETENCES, len(besoin))
    return np.where(savoir == besoin, (besoin + decalage) % COMPETENCES, savoir)


def _blocs(indices: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Keep the matrix of distances small."""
    return np.array_split(indices, max(1, math.ceil(len(indices) / 500)))
