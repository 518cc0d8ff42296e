"""Synthetic territories for the engine: companies in clusters, compétences by Zipf's law, radii of 5 to 50 km.

One company has one besoin and one savoir-faire, and is one vertex.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.moteur.simulation import RAYONS_KM, frequences
from matching.moteur.tour.graphe import Graphe


@dataclass(frozen=True)
class Profil:
    """`zipf`: exponent of the compétences' frequency. `bourgs`: clusters per thousand companies.

    `cote_km`: side of the square in which the clusters lie; with a `reference`, that of so many companies,
    and the square grows as they do: the same density whatever the size.
    """

    competences: int
    zipf: float
    bourgs: int
    etalement_km: float
    cote_km: float
    reference: int | None = None

    def cote(self, entreprises: int) -> float:
        return self.cote_km * math.sqrt(entreprises / self.reference) if self.reference else self.cote_km


# What « HiGHS on all circles » was first measured on: 5 000 companies closed in 0.1 to 3 s of processor, 10 000 in
# 6 to 30 s, and the relaxation of a dense 20 000 (1.9 million arcs, 394 000 circles of 3) out of reach.
REPERE = Profil(competences=250, zipf=0.6, bourgs=20, etalement_km=5.0, cote_km=34.0, reference=5_000)
REPERE_DENSE = Profil(competences=250, zipf=0.55, bourgs=20, etalement_km=4.0, cote_km=9.0)
# Harder: HiGHS closes 5 000 companies of neither within 20 s, most often.
TERRITOIRE = Profil(competences=60, zipf=1.0, bourgs=6, etalement_km=4.0, cote_km=118.0)
# 20 000 companies: 1.7 million arcs, 525 000 circles of 3, hardly any geography left to decompose by
DENSE = Profil(competences=150, zipf=0.6, bourgs=20, etalement_km=5.0, cote_km=34.0)

PROFILS = {"repere": REPERE, "repere_dense": REPERE_DENSE, "territoire": TERRITOIRE, "dense": DENSE}


def creer_marche(entreprises: int, graine: int, *, profil: Profil = DENSE) -> Graphe:
    """Return the graph of a market: arc u → v when what u knows is what v needs, within both radii."""
    hasard = np.random.default_rng(graine)
    bourgs = max(3, entreprises * profil.bourgs // 1000)
    poids = hasard.lognormal(0.0, 1.2, bourgs)
    lieu = hasard.choice(bourgs, entreprises, p=poids / poids.sum())
    centres = hasard.uniform(0, profil.cote(entreprises), (bourgs, 2))
    position = centres[lieu] + hasard.normal(0, profil.etalement_km, (entreprises, 2))
    rayon = hasard.choice(RAYONS_KM, entreprises)
    frequence = frequences(profil.competences, profil.zipf)
    besoin = hasard.choice(profil.competences, entreprises, p=frequence)
    savoir = hasard.choice(profil.competences, entreprises, p=frequence)
    decalage = hasard.integers(1, profil.competences, entreprises)
    savoir = np.where(
        savoir == besoin, (besoin + decalage) % profil.competences, savoir
    )  # nobody asks for what it knows
    donne: list[NDArray[np.int64]] = []
    recoit: list[NDArray[np.int64]] = []
    for competence in range(profil.competences):
        demandeurs = np.flatnonzero(besoin == competence)
        for offreurs in _blocs(np.flatnonzero(savoir == competence)):
            distance = np.hypot(
                *(position[offreurs][:, None] - position[demandeurs][None]).transpose(2, 0, 1)
            )
            i, j = np.nonzero(distance <= np.minimum(rayon[offreurs][:, None], rayon[demandeurs][None]))
            donne.append(offreurs[i])
            recoit.append(demandeurs[j])
    return Graphe.construire(entreprises, np.concatenate(donne), np.concatenate(recoit))


def _blocs(indices: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Keep the matrix of distances small."""
    return np.array_split(indices, max(1, math.ceil(len(indices) / 500)))
