"""Solve a territory's round: the entry point of the engine."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from matching.moteur.tour.colonnes import Resultat, resoudre_par_colonnes
from matching.moteur.tour.composantes import Composante, decomposer
from matching.moteur.tour.controle import Controle, Progres
from matching.moteur.tour.exacte import resoudre_exacte
from matching.moteur.tour.graphe import Graphe, Ressources
from matching.moteur.tour.poids import departager, somme_des_dons
from matching.moteur.tour.reserve import VIDE, Colonnes, Reserve
from matching.moteur.tour.solution import Tour

SIMPLEX_MAX = 400  # vertices of a component up to which simplex generates columns; measured in docs/moteur.md
PETITE_S = 2.0  # seconds that any part may take
PART_NIVEAUX = 0.15  # of a part's time, kept for what separates rounds that serve as many
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
    prouves: list[bool] = field(default_factory=list)

    def finir(self, resultat: Resultat) -> None:
        self.servis += resultat.servis
        self.borne += resultat.borne
        self.prouves = [a and b for a, b in zip(self.prouves, resultat.prouves, strict=True)]
        self.dire(self.servis, self.borne)


@dataclass(frozen=True)
class Ronde:
    """A round in the graph's own numbers: its columns, a proven bound (at least what they serve), and which
    of the graph's `niveaux` are proven."""

    colonnes: Colonnes
    borne: int
    prouves: tuple[bool, ...]


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
    controle = Controle(debut + duree, graine, arreter, progres)
    return _tour(graphe, calculer(Reserve.de(graphe, cycle, chaine), controle), debut)


def calculer(reserve: Reserve, controle: Controle) -> Ronde:
    """Solve part after part within the time given; a part's own progress is told with those before."""
    avancement = _Avancement(controle.dire, prouves=[True] * len(reserve.graphe.niveaux))
    composantes = decomposer(reserve)
    restants = sum(_effort(c) for c in composantes)
    colonnes = VIDE
    for composante in composantes:
        maintenant = time.monotonic()
        part = _effort(composante) / restants
        restants -= _effort(composante)
        reste = controle.reste()
        fin = maintenant + max(reste * part, min(reste, PETITE_S))
        resultat = _resoudre(composante, Controle(fin, controle.graine, controle.arreter))
        avancement.finir(resultat)
        colonnes = colonnes.et(_en_grand(resultat.colonnes, composante, reserve.graphe.ressources))
    borne = max(int(colonnes.servis.sum()), round(avancement.borne))
    return Ronde(colonnes, borne, tuple(avancement.prouves))


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
    methode = resoudre_par_colonnes if petite else resoudre_exacte
    if not reserve.graphe.est_pese:
        resultat = methode(reserve, controle)
        return replace(resultat, prouves=(resultat.est_prouve,) * len(reserve.graphe.niveaux))
    servir = replace(controle, fin=controle.fin - PART_NIVEAUX * controle.reste())
    return departager(reserve, methode(reserve, servir), controle)


def _en_grand(colonnes: Colonnes, composante: Composante, ressources: Ressources | None) -> Colonnes:
    """Give the columns the whole graph's numbers."""
    sommets = composante.sommets[colonnes.sommets].astype(np.int32)
    arcs = None
    if colonnes.arcs is not None:
        arcs = np.where(colonnes.arcs < 0, -1, composante.arcs[colonnes.arcs]).astype(np.int32)
    return Colonnes(colonnes.debuts, sommets, colonnes.est_chaine, arcs, ressources)


def _tour(graphe: Graphe, ronde: Ronde, debut: float) -> Tour:
    listes = ronde.colonnes.listes()
    cycles = sorted(_depuis_le_plus_petit(sommets) for est_chaine, sommets in listes if not est_chaine)
    chaines = sorted(sommets for est_chaine, sommets in listes if est_chaine)
    return Tour(
        cycles=cycles,
        chaines=chaines,
        servis=int(ronde.colonnes.servis.sum()),
        borne=ronde.borne,
        poids=float(somme_des_dons(graphe, ronde.colonnes, graphe.poids).sum()),
        duree_s=time.monotonic() - debut,
        memoire_mo=memoire_mo(),
    )


def memoire_mo() -> float:
    """Return the process's highest resident memory so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _depuis_le_plus_petit(cercle: list[int]) -> list[int]:
    place = cercle.index(min(cercle))
    return cercle[place:] + cercle[:place]
