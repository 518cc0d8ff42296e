"""The rule of `adequation.evaluer`, for millions of pairs at a time.

The site evaluates one listing against a few hundred; a simulated market, a whole territoire against itself.
Two writings of one rule are kept equal by a property test (tests/matching/moteur/test_adequation_en_lot.py).
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from matching.moteur.adequation import (
    COMPETENCE_VOISINE,
    FRAICHEUR_JOURS,
    POIDS,
    PORTEE_M,
    REACTIVITE_NEUTRE,
    SANS_CRENEAUX,
    SUR_PLACE,
    VISIO_SEULE,
    Lieu,
)

Entiers = NDArray[np.int64]
Reels = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fiches:
    """Many `Fiche`, one array per field. `competence` and `commune` are any numbers that tell them apart;
    `publiee_j` is in days from any common origin; positions are in degrees, WGS 84."""

    entreprise: Entiers
    competence: Entiers
    modalites: Entiers
    rayon_m: Entiers
    niveau: Entiers
    creneaux: Entiers
    commune: Entiers
    publiee_j: Reels
    longitude: Reels
    latitude: Reels

    def __len__(self) -> int:
        return len(self.entreprise)

    def prendre(self, indices: Entiers) -> "Fiches":
        return Fiches(**{champ.name: getattr(self, champ.name)[indices] for champ in fields(self)})


def evaluer_en_lot(besoins: Fiches, savoirs: Fiches, distance_m: Reels) -> tuple[Entiers, Reels]:
    """Return which pairs fit (`savoirs[i]` with `besoins[i]`, `distance_m[i]` metres away), and their scores.

    As with `evaluer`, the caller has kept only equal or close compétences.
    """
    lieux = besoins.modalites & savoirs.modalites
    assez_pres = (besoins.commune == savoirs.commune) | (
        distance_m <= np.minimum(besoins.rayon_m, savoirs.rayon_m)
    )
    lieux = np.where(assez_pres, lieux, lieux & int(Lieu.VISIO))
    creneaux = besoins.creneaux & savoirs.creneaux
    va = (besoins.entreprise != savoirs.entreprise) & (lieux != 0) & (savoirs.niveau >= besoins.niveau)
    va &= (creneaux != 0) | (besoins.creneaux == 0) | (savoirs.creneaux == 0)
    bons = np.flatnonzero(va)
    b, s, distance, lieux = besoins.prendre(bons), savoirs.prendre(bons), distance_m[bons], lieux[bons]
    return bons, _scores(b, s, distance, lieux, creneaux[bons])


def _scores(b: Fiches, s: Fiches, distance_m: Reels, lieux: Entiers, creneaux: Entiers) -> Reels:
    sur_place = (lieux & int(SUR_PLACE)) != 0
    libres = np.minimum(1.0, 0.6 + 0.1 * np.bitwise_count(creneaux))
    parts = {
        "competence": np.where(b.competence == s.competence, 1.0, COMPETENCE_VOISINE),
        "distance": np.where(sur_place, np.exp(-distance_m / PORTEE_M), VISIO_SEULE),
        "creneaux": np.where(creneaux != 0, libres, SANS_CRENEAUX),
        "fraicheur": np.exp(-np.abs(b.publiee_j - s.publiee_j) / FRAICHEUR_JOURS),
        "reactivite": np.full(len(b), REACTIVITE_NEUTRE),
        "niveau": np.where(b.niveau == s.niveau, 1.0, 0.8),
    }
    scores: Reels = np.round(sum(POIDS[nom] * np.round(part, 4) for nom, part in parts.items()), 6)
    return scores
