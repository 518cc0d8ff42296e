"""Does a savoir-faire fit a besoin, how well, and why: the one definition of an arête.

The rule (docs/matching.md): same compétence, a close one, or the same words; a common modality, on site only
within both radii; a level that reaches the asker's; a common weekly slot when both gave slots; two
companies. The score is a weighted mean of parts between 0 and 1, each kept so that it can be said in a
sentence. It depends on the two listings alone, never on the hour: computed twice, it is the same.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, IntFlag


class Lieu(IntFlag):
    """How two companies meet, said from neither side so that a bitwise AND finds what is common."""

    CHEZ_DEMANDEUR = 1
    CHEZ_OFFREUR = 2
    TIERS_LIEU = 4
    VISIO = 8


class Lien(IntEnum):
    """By what a savoir-faire answers a besoin: the first of these that holds."""

    MEME_COMPETENCE = 1
    VOISINE = 2
    SES_MOTS = 3  # the savoir-faire's words say the compétence that the besoin chose
    VOS_MOTS = 4  # the besoin's words say the compétence that the savoir-faire chose or says


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
PART_DU_LIEN = {
    Lien.MEME_COMPETENCE: 1.0,
    Lien.VOISINE: COMPETENCE_VOISINE,
    Lien.SES_MOTS: 0.4,
    Lien.VOS_MOTS: 0.4,
}
PORTEE_M = 15_000.0  # metres at which proximity has lost 63 % of its worth
VISIO_SEULE = 0.3  # what distance is worth when the two can only meet on a screen
SANS_CRENEAUX = 0.5  # one of the two gave no slot: neither good nor bad
REACTIVITE_NEUTRE = 0.5
FRAICHEUR_JOURS = 90.0


@dataclass(frozen=True, slots=True)
class Fiche:
    """The part of a listing that decides: radius in metres, slots as bits, level 1–3.

    `lue` is the compétence its words say, when it is neither the one chosen nor a close one.
    """

    entreprise: int
    competence: str
    modalites: int
    rayon_m: int
    niveau: int
    creneaux: int
    commune: str
    publiee_le: datetime
    lue: str | None = None


@dataclass(frozen=True, slots=True)
class Adequation:
    """What fits: by what, score in [0, 1], its parts by name, and what the two have in common (bits)."""

    lien: Lien
    score: float
    composantes: dict[str, float]
    modalites: int
    creneaux: int


def lien_de(besoin: Fiche, savoir_faire: Fiche, *, voisines: bool) -> Lien | None:
    """Return by what the two meet, None when by nothing; `voisines`: the compétences chosen are close."""
    if besoin.competence == savoir_faire.competence:
        return Lien.MEME_COMPETENCE
    if voisines:
        return Lien.VOISINE
    if besoin.competence == savoir_faire.lue:
        return Lien.SES_MOTS
    if besoin.lue and besoin.lue in (savoir_faire.competence, savoir_faire.lue):
        return Lien.VOS_MOTS
    return None


def lieux_communs(besoin: Fiche, savoir_faire: Fiche, distance_m: float) -> Lieu:
    """Return how the two can meet; on site only in the same commune or within both radii.

    "In the commune OR within the distance": a big commune's centre is far from its own edge.
    """
    communs = Lieu(besoin.modalites & savoir_faire.modalites)
    voisins = besoin.commune == savoir_faire.commune
    if voisins or distance_m <= min(besoin.rayon_m, savoir_faire.rayon_m):
        return communs
    return communs & Lieu.VISIO


def evaluer(
    besoin: Fiche, savoir_faire: Fiche, *, distance_m: float, voisines: bool = True
) -> Adequation | None:
    """Return how well `savoir_faire` serves `besoin`, or None when it does not.

    `voisines`: compétences chosen that differ are close; by default the caller has kept only such pairs.
    `distance_m` is in metres between the two public positions.
    """
    lien = lien_de(besoin, savoir_faire, voisines=voisines)
    lieux = lieux_communs(besoin, savoir_faire, distance_m)
    creneaux = besoin.creneaux & savoir_faire.creneaux
    if (
        lien is None
        or besoin.entreprise == savoir_faire.entreprise
        or not lieux
        or savoir_faire.niveau < besoin.niveau
        or (besoin.creneaux and savoir_faire.creneaux and not creneaux)
    ):
        return None
    composantes = {
        "competence": PART_DU_LIEN[lien],
        "distance": math.exp(-distance_m / PORTEE_M) if lieux & SUR_PLACE else VISIO_SEULE,
        "creneaux": _part_creneaux(creneaux),
        "fraicheur": _part_fraicheur(besoin.publiee_le, savoir_faire.publiee_le),
        "reactivite": REACTIVITE_NEUTRE,
        "niveau": 1.0 if savoir_faire.niveau == besoin.niveau else 0.8,
    }
    composantes = {nom: round(part, 4) for nom, part in composantes.items()}
    score = round(sum(POIDS[nom] * part for nom, part in composantes.items()), 6)
    return Adequation(lien, score, composantes, int(lieux), creneaux)


def _part_creneaux(communs: int) -> float:
    return min(1.0, 0.6 + 0.1 * communs.bit_count()) if communs else SANS_CRENEAUX


def _part_fraicheur(un: datetime, autre: datetime) -> float:
    """Two listings published close in time are likelier to be both alive."""
    jours = abs((un - autre).total_seconds()) / 86_400
    return math.exp(-jours / FRAICHEUR_JOURS)
