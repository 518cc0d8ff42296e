"""From a fractional round to a whole one: dive, finish exactly, then undo a part and dive again.

A dive keeps the columns the relaxation likes most, removes what they exclude, lets the gradient settle
again, and goes on; when what is left is small, HiGHS finishes it. On a dense market of 20 000 companies one
dive takes two seconds and lands 0.3 % under the bound, where greedy choices land 4 % under it. Better
rounds are then looked for by freeing a random part of the round and diving into it (large neighbourhood
search, Shaw 1998).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Entiers, Reels
from matching.moteur.tour.programme import choisir
from matching.moteur.tour.relaxation import Gradient, Point, Simples
from matching.moteur.tour.reserve import Colonnes

FIN_EXACTE = 1_500  # columns left that HiGHS finishes
FIN_S = 1.0
PATIENCE = 15
PROCHE = 2  # besoins
BRUIT = 0.01  # on what a column is worth, to leave ties behind


@dataclass
class Plongeur:
    """Dives over `colonnes`, from the relaxation's `prix` (per vertex) and `parts` (per column)."""

    colonnes: Colonnes
    sommets: int
    prix: Reels
    parts: Simples
    hasard: np.random.Generator
    fin: float  # `time.monotonic()` at which to stop
    arreter: Callable[[], bool]

    def presse(self) -> bool:
        return time.monotonic() >= self.fin or self.arreter()

    def plonger(self, libre: NDArray[np.bool_], *, passes: int, pas: float) -> Entiers:
        """Return columns that share no vertex and use only `libre` ones. `passes` of gradient between two
        choices; at each choice about the fraction `pas` of what is still free is decided."""
        actives = np.flatnonzero(_entieres(self.colonnes, libre))
        colonnes = self.colonnes.choisir(actives)
        libre = libre.copy()
        point = Point(self.parts[actives], self.prix.astype(np.float32))
        bruit = self.hasard.random(len(self.colonnes), np.float32) * BRUIT
        gardees: list[Entiers] = []
        tour = 0
        while len(actives) > FIN_EXACTE and not self.presse():
            valeur = colonnes.servis.astype(np.float32) + bruit[actives]
            gradient = Gradient(colonnes, self.sommets, valeur)
            longueur = passes if tour else 2 * passes
            point, moyen = gradient.avancer(point, longueur, depuis=longueur // 2, fin=self.fin)
            moyenne = moyen.x
            nombre = max(1, int(pas * libre.sum() / 3), int((moyenne > 0.9).sum()))
            preferees = np.argsort(-moyenne, kind="stable")[:nombre]
            choisies = preferees[glouton(colonnes.choisir(preferees), moyenne[preferees], self.sommets)]
            gardees.append(actives[choisies])
            libre[colonnes.choisir(choisies).sommets] = False
            restent = np.flatnonzero(_entieres(colonnes, libre))
            actives, colonnes = actives[restent], colonnes.choisir(restent)
            point = Point(point.x[restent], point.y)
            tour += 1
        gardees.append(actives[self._finir(colonnes, point.x + bruit[actives])])
        return np.concatenate(gardees)

    def _finir(self, colonnes: Colonnes, score: Simples) -> Entiers:
        gloutonnes = glouton(colonnes, score, self.sommets)
        if len(colonnes) > FIN_EXACTE:  # out of time
            return gloutonnes
        duree = min(FIN_S, self.fin - time.monotonic())
        return choisir(colonnes, self.sommets, duree=duree, depart=gloutonnes, arreter=self.arreter).indices

    def ameliorer(self, tour: Entiers, borne: float, dire: Callable[[float], None]) -> Entiers:
        """Free a part of the round, dive, keep what is not worse; until the bound, the end of time, or
        `PATIENCE` dives in vain so near the bound that an exact program may do better."""
        servis = self.colonnes.servis
        part, vaines = 0.5, 0
        while not self.presse() and servis[tour].sum() < borne:
            if vaines >= PATIENCE and borne - servis[tour].sum() <= PROCHE:
                break
            garde = tour[self.hasard.random(len(tour)) > part]
            libre = np.ones(self.sommets, dtype=bool)
            libre[self.colonnes.choisir(garde).sommets] = False
            essai = np.concatenate([garde, self.plonger(libre, passes=80, pas=0.06)])
            gain = servis[essai].sum() - servis[tour].sum()
            if gain >= 0:
                tour = essai
            vaines = 0 if gain > 0 else vaines + 1
            if gain > 0:
                dire(float(servis[tour].sum()))
            else:
                part = float(self.hasard.choice((0.2, 0.3, 0.5, 0.7)))
        return tour


def _entieres(colonnes: Colonnes, libre: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether all the vertices of each column are free."""
    if not len(colonnes):
        return np.zeros(0, dtype=bool)
    entieres: NDArray[np.bool_] = np.logical_and.reduceat(libre[colonnes.sommets], colonnes.debuts[:-1])
    return entieres


def glouton(colonnes: Colonnes, score: Reels | Simples, sommets: int) -> Entiers:
    """Choose by decreasing score, all at once: a column wins when it is the first on each of its vertices."""
    actives = np.arange(len(colonnes))
    rang = np.empty(len(colonnes), dtype=np.int64)
    rang[np.argsort(-score, kind="stable")] = actives
    libre = np.ones(sommets, dtype=bool)
    choisies: list[Entiers] = []
    while len(actives):
        premier = np.full(sommets, len(rang))
        np.minimum.at(premier, colonnes.sommets, np.repeat(rang[actives], colonnes.tailles))
        gagne = premier[colonnes.sommets] == np.repeat(rang[actives], colonnes.tailles)
        gagnantes = np.flatnonzero(np.logical_and.reduceat(gagne, colonnes.debuts[:-1]))
        choisies.append(actives[gagnantes])
        libre[colonnes.choisir(gagnantes).sommets] = False
        restent = np.flatnonzero(_entieres(colonnes, libre))
        actives, colonnes = actives[restent], colonnes.choisir(restent)
    return np.concatenate(choisies) if choisies else actives
