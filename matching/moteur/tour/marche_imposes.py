"""What an animator decides before the round: exchanges that must be in it, and what must not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Entiers
from matching.moteur.tour.marche_donnees import (
    Don,
    Echange,
    Exclusion,
    Marche,
    Paire,
    SansBesoin,
    SansDon,
    SansEchange,
    SansEntreprise,
    SansSavoirFaire,
)
from matching.moteur.tour.resoudre import DemandeInvalide

IMPOSE_MAX = 4  # companies of an imposed circle, gifts of an imposed chain: an animator may go that far


@dataclass(eq=False)
class Reste:
    """What is left to the round once the imposed exchanges are made and the exclusions applied.

    By rank: `capacites` of companies, `places` of savoir-faire, whether besoins and arêtes are free.
    `interdites`: exchanges, by the ranks of their arêtes in the order of the gifts.
    """

    capacites: Entiers
    places: Entiers
    besoins: NDArray[np.bool_]
    aretes: NDArray[np.bool_]
    imposes: list[Echange]
    interdites: list[tuple[int, ...]]


def fixer(marche: Marche, imposes: Sequence[Sequence[Paire]], exclus: Iterable[Exclusion]) -> Reste:
    """Apply the exclusions (what they name and the market has not is not in the round anyway), then make the
    imposed exchanges; raise `DemandeInvalide` when they cannot be made together."""
    reste = Reste(
        marche.capacites.copy(),
        marche.places.copy(),
        np.ones(len(marche.besoins), dtype=bool),
        np.ones(len(marche.aretes), dtype=bool),
        [],
        [],
    )
    exclusions = list(exclus)
    for exclusion in exclusions:
        _exclure(marche, reste, exclusion)
    jamais = [frozenset(exclusion.dons) for exclusion in exclusions if isinstance(exclusion, SansEchange)]
    for numero, paires in enumerate(imposes, start=1):
        nom = f"L’échange imposé n° {numero}"
        aretes = _suivies(marche, paires, nom)
        if frozenset(map(tuple, paires)) in jamais or not reste.aretes[aretes].all():
            raise DemandeInvalide(f"{nom} est aussi exclu.")
        _consommer(marche, reste, aretes, nom)
    return reste


def _exclure(marche: Marche, reste: Reste, exclusion: Exclusion) -> None:
    match exclusion:
        case SansEntreprise(entreprise):
            rang = np.flatnonzero(marche.entreprises == entreprise)
            reste.aretes &= ~np.isin(marche.receveuses, rang) & ~np.isin(marche.donnantes, rang)
        case SansBesoin(besoin):
            reste.aretes &= marche.aretes[:, 0] != besoin
        case SansSavoirFaire(savoir_faire):
            reste.aretes &= marche.aretes[:, 1] != savoir_faire
        case SansDon(besoin, savoir_faire):
            reste.aretes &= (marche.aretes != (besoin, savoir_faire)).any(axis=1)
        case SansEchange(dons):
            reste.interdites += _ordonner(marche, dons)


def _ordonner(marche: Marche, paires: Iterable[Paire]) -> list[tuple[int, ...]]:
    """Put gifts one after the other, from the company that only gives or from the first; nothing when they
    are no circle and no chain."""
    rangs = [marche.rang_arete(paire) for paire in set(paires)]
    aretes = [rang for rang in rangs if rang is not None]
    par_donneur = {int(marche.donnantes[arete]): arete for arete in aretes}
    if not rangs or not len(aretes) == len(rangs) == len(par_donneur):
        return []
    entreprise = min(par_donneur, key=lambda rang: (not marche.donneuses[rang], rang))
    suite: list[int] = []
    while entreprise in par_donneur:
        suite.append(par_donneur.pop(entreprise))
        entreprise = int(marche.receveuses[suite[-1]])
    return [] if par_donneur else [tuple(suite)]


def _suivies(marche: Marche, paires: Sequence[Paire], nom: str) -> list[int]:
    """Return the arêtes of an imposed exchange, checked to be a circle or a chain."""
    aretes = [rang for rang in map(marche.rang_arete, paires) if rang is not None]
    if not paires or len(aretes) != len(paires):
        raise DemandeInvalide(f"{nom} demande un don qui ne correspond à aucun rapprochement.")
    dons = [marche.don(arete) for arete in aretes]
    if any(don.receveur != suivant.donneur for don, suivant in pairwise(dons)):
        raise DemandeInvalide(f"{nom} n’est ni un cercle ni une chaîne : ses dons ne se suivent pas.")
    if len(dons) > IMPOSE_MAX:
        raise DemandeInvalide(f"{nom} compte {len(dons)} dons, pour {IMPOSE_MAX} au plus.")
    entreprises = [don.donneur for don in dons]
    if dons[-1].receveur != dons[0].donneur:
        entreprises.append(dons[-1].receveur)
        if not marche.donneuses[marche.donnantes[aretes[0]]]:
            raise DemandeInvalide(f"{nom} est une chaîne qui ne part pas d’une entreprise donneuse.")
    if len(set(entreprises)) < len(entreprises):
        raise DemandeInvalide(f"{nom} passe deux fois par la même entreprise.")
    return aretes


def _consommer(marche: Marche, reste: Reste, aretes: list[int], nom: str) -> None:
    besoins, savoir_faire = marche.rangs_besoins[aretes], marche.rangs_savoir_faire[aretes]
    entreprises = np.union1d(marche.receveuses[aretes], marche.donnantes[aretes])
    if not reste.besoins[besoins].all():
        raise DemandeInvalide(f"{nom} sert un besoin qu’un autre échange imposé sert déjà.")
    if (reste.places[savoir_faire] < 1).any():
        raise DemandeInvalide(f"{nom} demande un savoir-faire qui n’a plus de place.")
    if (reste.capacites[entreprises] < 1).any():
        raise DemandeInvalide(f"{nom} dépasse ce qu’une de ses entreprises peut accepter d’échanges.")
    reste.besoins[besoins] = False
    reste.places[savoir_faire] -= 1  # companies are distinct, and so are their savoir-faire
    reste.capacites[entreprises] -= 1
    reste.imposes.append(echange(tuple(marche.don(arete) for arete in aretes), est_impose=True))


def echange(dons: tuple[Don, ...], *, est_impose: bool = False) -> Echange:
    """Name gifts that follow each other: a circle when the last comes back to the first giver."""
    est_cercle = dons[-1].receveur == dons[0].donneur
    return Echange("cercle" if est_cercle else "chaine", dons, est_impose)
