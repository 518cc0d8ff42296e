"""Solve a territory's round: the entry point of the engine."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matching.moteur.tour.colonnes import Resultat, resoudre_par_colonnes
from matching.moteur.tour.composantes import Composante, decomposer
from matching.moteur.tour.controle import Controle, Progres
from matching.moteur.tour.dense import resoudre_dense
from matching.moteur.tour.graphe import Graphe
from matching.moteur.tour.poids import departager
from matching.moteur.tour.reserve import Colonnes, Reserve
from matching.moteur.tour.solution import Tour

SIMPLEX_MAX = 1_500  # vertices of a component up to which simplex generates columns
PETITE_S = 2.0  # seconds that any part may take
CYCLE_MAX = 3
CHAINE_MAX = 10


class DemandeInvalide(ValueError):
    """What is asked makes no sense; `str()` is one sentence, in French."""


@dataclass
class _Avancement:
    """Adds up what the parts announce and tells the caller."""

    dire: Progres
    servis: float = 0.0
    borne: float = 0.0

    def finir(self, resultat: Resultat) -> None:
        self.servis += resultat.servis
        self.borne += resultat.borne
        self.dire(self.servis, self.borne)


def resoudre(
    graphe: Graphe,
    *,
    cycle: int = 3,
    chaine: int = 0,
    duree: float = 60.0,
    graine: int = 1,
    arreter: Callable[[], bool] = lambda: False,
    progres: Progres = lambda servis, borne: None,
) -> Tour:
    """Return disjoint circles of at most `cycle` vertices and chains of at most `chaine` gifts that serve
    the most vertices, then have the largest sum of weights, with a proven bound on the number served.

    `duree` (seconds) is a budget: the best round found within it is returned, proven or not. The answer
    depends only on the graph, the lengths and `graine` when the budget is not exhausted. `arreter` is asked
    now and then: True returns the best round known. `progres` receives (served, bound) of the parts solved
    so far. Raises `DemandeInvalide` for a length or a duration out of range.
    """
    verifier_demande(cycle, chaine, duree)
    debut = time.monotonic()
    reserve = Reserve.de(graphe, cycle, chaine)
    avancement = _Avancement(progres)
    composantes = decomposer(reserve)
    restants = sum(_effort(c) for c in composantes)
    choisies: list[Colonnes] = []
    for composante in composantes:
        maintenant = time.monotonic()
        part = _effort(composante) / restants
        restants -= _effort(composante)
        reste = max(0.0, debut + duree - maintenant)
        fin = maintenant + max(reste * part, min(reste, PETITE_S))
        controle = Controle(fin, graine, arreter)
        resultat = _resoudre(composante, controle)
        avancement.finir(resultat)
        choisies.append(_en_grand(resultat.colonnes, composante))
    return _tour(graphe, choisies, avancement, debut)


def verifier_demande(cycle: int, chaine: int, duree: float) -> None:
    """Raise `DemandeInvalide` for a length or a duration out of range."""
    if not 0 <= cycle <= CYCLE_MAX:
        raise DemandeInvalide(f"La longueur des cercles va de 0 à {CYCLE_MAX}, pas {cycle}.")
    if not 0 <= chaine <= CHAINE_MAX:
        raise DemandeInvalide(f"La longueur des chaînes va de 0 à {CHAINE_MAX} dons, pas {chaine}.")
    if not 0 < duree < float("inf"):
        raise DemandeInvalide(f"La durée doit être un nombre de secondes positif, pas {duree:g}.")


def _effort(composante: Composante) -> int:
    """Time is shared in proportion to the square of the size."""
    return len(composante.sommets) ** 2


def _resoudre(composante: Composante, controle: Controle) -> Resultat:
    reserve = composante.reserve
    petite = len(composante.sommets) <= SIMPLEX_MAX
    resultat = (resoudre_par_colonnes if petite else resoudre_dense)(reserve, controle)
    return departager(reserve, resultat, controle) if reserve.graphe.est_pese else resultat


def _en_grand(colonnes: Colonnes, composante: Composante) -> Colonnes:
    """Give the columns the whole graph's numbers."""
    sommets = composante.sommets[colonnes.sommets].astype(np.int32)
    return Colonnes(colonnes.debuts, sommets, colonnes.est_chaine)


def _tour(graphe: Graphe, choisies: list[Colonnes], avancement: _Avancement, debut: float) -> Tour:
    listes = [liste for colonnes in choisies for liste in colonnes.listes()]
    cycles = sorted(_depuis_le_plus_petit(sommets) for est_chaine, sommets in listes if not est_chaine)
    chaines = sorted(sommets for est_chaine, sommets in listes if est_chaine)
    dons = [(u, v) for c in cycles for u, v in zip(c, [*c[1:], c[0]], strict=True)]
    dons += [(u, v) for c in chaines for u, v in pairwise(c)]
    arcs = np.array(dons, dtype=np.int64).reshape(-1, 2)
    return Tour(
        cycles=cycles,
        chaines=chaines,
        servis=len(dons),
        borne=max(len(dons), round(avancement.borne)),
        poids=float(graphe.poids[graphe.numeros(arcs[:, 0], arcs[:, 1])].sum()),
        duree_s=time.monotonic() - debut,
        memoire_mo=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def _depuis_le_plus_petit(cercle: list[int]) -> list[int]:
    place = cercle.index(min(cercle))
    return cercle[place:] + cercle[:place]
