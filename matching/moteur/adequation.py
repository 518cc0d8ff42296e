"""Does a savoir-faire fit a besoin, how well, and why: the one definition of an arête.

The rule (docs/matching.md): same compétence or a close one; a common modality, on site only within both
radii; a level that reaches the asker's; a common weekly slot when both gave slots; two companies. The
score is a weighted mean of parts between 0 and 1, each kept so that it can be said in a sentence. It
depends on the two listings alone, never on the hour: computed twice, it is the same.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag


class Lieu(IntFlag):
    """How two companies meet, said from neither side so that a bitwise AND finds what is common."""

    CHEZ_DEMANDEUR = 1
    CHEZ_OFFREUR = 2
    TIERS_LIEU = 4
    VISIO = 8


SUR_PLACE = Lieu.CHEZ_DEMANDEUR | Lieu.CHEZ_OFFREUR | Lieu.TIERS_LIEU

POIDS = {
    "competence": 0.40,
    "distance": 0.25,
    "creneaux": 0.10,
    "fraicheur": 0.10,
    "reactivite": 0.10,
    "niveau": 0.05,
}
COMPETENCE_VOISINE = 0.5
PORTEE_M = 15_000.0  # metres at which proximity has lost 63 % of its worth
VISIO_SEULE = 0.3  # what distance is worth when the two can only meet on a screen
SANS_CRENEAUX = 0.5  # one of the two gave no slot: neither good nor bad
REACTIVITE_NEUTRE = 0.5
FRAICHEUR_JOURS = 90.0


@dataclass(frozen=True, slots=True)
class Fiche:
    """The part of a listing that decides: radius in metres, slots as bits, level 1–3."""

    entreprise: int
    competence: str
    modalites: int
    rayon_m: int
    niveau: int
    creneaux: int
    commune: str
    publiee_le: datetime


@dataclass(frozen=True, slots=True)
class Adequation:
    """What fits: score in [0, 1], its parts by name, and what the two have in common (bits)."""

    score: float
    composantes: dict[str, float]
    modalites: int
    creneaux: int


def lieux_communs(besoin: Fiche, savoir_faire: Fiche, distance_m: float) -> Lieu:
    """Return how the two can meet; on site only in the same commune or within both radii.

    "In the commune OR within the distance": a big commune's centre is far from its own edge.
    """
    communs = Lieu(besoin.modalites & savoir_faire.modalites)
    voisins = besoin.commune == savoir_faire.commune
    if voisins or distance_m <= min(besoin.rayon_m, savoir_faire.rayon_m):
        return communs
    return communs & Lieu.VISIO


def evaluer(besoin: Fiche, savoir_faire: Fiche, *, distance_m: float) -> Adequation | None:
    """Return how well `savoir_faire` serves `besoin`, or None when it does not.

    The caller has already kept only equal or close compétences; `distance_m` is in metres between the
    two public positions.
    """
    lieux = lieux_communs(besoin, savoir_faire, distance_m)
    creneaux = besoin.creneaux & savoir_faire.creneaux
    if (
        besoin.entreprise == savoir_faire.entreprise
        or not lieux
        or savoir_faire.niveau < besoin.niveau
        or (besoin.creneaux and savoir_faire.creneaux and not creneaux)
    ):
        return None
    composantes = {
        "competence": 1.0 if besoin.competence == savoir_faire.competence else COMPETENCE_VOISINE,
        "distance": math.exp(-distance_m / PORTEE_M) if lieux & SUR_PLACE else VISIO_SEULE,
        "creneaux": _part_creneaux(creneaux),
        "fraicheur": _part_fraicheur(besoin.publiee_le, savoir_faire.publiee_le),
        "reactivite": REACTIVITE_NEUTRE,
        "niveau": 1.0 if savoir_faire.niveau == besoin.niveau else 0.8,
    }
    composantes = {nom: round(part, 4) for nom, part in composantes.items()}
    score = round(sum(POIDS[nom] * part for nom, part in composantes.items()), 6)
    return Adequation(score, composantes, int(lieux), creneaux)


def _part_creneaux(communs: int) -> float:
    return min(1.0, 0.6 + 0.1 * communs.bit_count()) if communs else SANS_CRENEAUX


def _part_fraicheur(un: datetime, autre: datetime) -> float:
    """Two listings published close in time are likelier to be both alive."""
    jours = abs((un - autre).total_seconds()) / 86_400
    return math.exp(-jours / FRAICHEUR_JOURS)
