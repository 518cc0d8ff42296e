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

Restes = Entiers
"""How many times each row may still be used."""


@dataclass
class Plongeur:
    """Dives over `colonnes`, from the relaxation's `prix` (per row) and `parts` (per column)."""

    colonnes: Colonnes
    sommets: int
    capacites: Restes
    prix: Reels
    parts: Simples
    hasard: np.random.Generator
    fin: float  # `time.monotonic()` at which to stop
    arreter: Callable[[], bool]

    def presse(self) -> bool:
        return time.monotonic() >= self.fin or self.arreter()

    def plonger(self, libre: Restes, *, passes: int, pas: float) -> Entiers:
        """Return columns that use each row at most as many times as `libre` says. `passes` of gradient
        between two choices; at each choice about the fraction `pas` of what is still free is decided."""
        actives = np.flatnonzero(_entieres(self.colonnes, libre))
        colonnes = self.colonnes.choisir(actives)
        point = Point(self.parts[actives], self.prix.astype(np.float32))
        bruit = self.hasard.random(len(self.colonnes), np.float32) * BRUIT
        gardees: list[Entiers] = []
        tour = 0
        while len(actives) > FIN_EXACTE and not self.presse():
            valeur = colonnes.servis.astype(np.float32) + bruit[actives]
            # a row used up has no column left: any capacity will do
            gradient = Gradient(colonnes, np.maximum(libre, 1).astype(np.float32), valeur)
            longueur = passes if tour else 2 * passes
            point, moyen = gradient.avancer(point, longueur, depuis=longueur // 2, fin=self.fin)
            moyenne = moyen.x
            nombre = max(1, int(pas * libre[: self.sommets].sum() / 3), int((moyenne > 0.9).sum()))
            preferees = np.argsort(-moyenne, kind="stable")[:nombre]
            choisies = preferees[glouton(colonnes.choisir(preferees), moyenne[preferees], libre)]
            gardees.append(actives[choisies])
            libre = libre - occupees(colonnes.choisir(choisies), len(libre))
            restent = np.flatnonzero(_entieres(colonnes, libre))
            actives, colonnes = actives[restent], colonnes.choisir(restent)
            point = Point(point.x[restent], point.y)
            tour += 1
        gardees.append(actives[self._finir(colonnes, point.x + bruit[actives], libre)])
        return np.concatenate(gardees)

    def _finir(self, colonnes: Colonnes, score: Simples, libre: Restes) -> Entiers:
        gloutonnes = glouton(colonnes, score, libre)
        if len(colonnes) > FIN_EXACTE:  # out of time
            return gloutonnes
        duree = min(FIN_S, self.fin - time.monotonic())
        restes = libre.astype(np.float64)
        return choisir(colonnes, restes, duree=duree, depart=gloutonnes, arreter=self.arreter).indices

    def ameliorer(self, tour: Entiers, borne: float, dire: Callable[[float], None], proche: float) -> Entiers:
        """Free a part of the round, dive, keep what is not worse; until the bound, the end of time, or
        `PATIENCE` dives in vain so near the bound (`proche` besoins) that an exact program may do better."""
        servis = self.colonnes.servis
        part, vaines = 0.5, 0
        while not self.presse() and servis[tour].sum() < borne:
            if vaines >= PATIENCE and borne - servis[tour].sum() <= proche:
                break
            garde = tour[self.hasard.random(len(tour)) > part]
            libre = self.capacites - occupees(self.colonnes.choisir(garde), len(self.capacites))
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


def occupees(colonnes: Colonnes, lignes: int) -> Restes:
    """Return how many times each row is used."""
    return np.bincount(colonnes.usages[1], minlength=lignes)


def _entieres(colonnes: Colonnes, libre: Restes) -> NDArray[np.bool_]:
    """Whether something is left of every row of each column."""
    if not len(colonnes):
        return np.zeros(0, dtype=bool)
    debuts, lignes = colonnes.usages
    entieres: NDArray[np.bool_] = np.logical_and.reduceat((libre > 0)[lignes], debuts[:-1])
    return entieres


def glouton(colonnes: Colonnes, score: Reels | Simples, libre: Restes) -> Entiers:
    """Choose by decreasing score, all at once: a column wins when it is the first on each of its rows."""
    actives = np.arange(len(colonnes))
    rang = np.empty(len(colonnes), dtype=np.int64)
    rang[np.argsort(-score, kind="stable")] = actives
    choisies: list[Entiers] = []
    while len(actives):
        debuts, lignes = colonnes.usages
        rangs = np.repeat(rang[actives], np.diff(debuts))
        premier = np.full(len(libre), len(rang))
        np.minimum.at(premier, lignes, rangs)
        gagne = np.logical_and.reduceat(premier[lignes] == rangs, debuts[:-1])
        choisies.append(actives[gagne])
        libre = libre - occupees(colonnes.choisir(np.flatnonzero(gagne)), len(libre))
        restent = np.flatnonzero(_entieres(colonnes, libre) & ~gagne)
        actives, colonnes = actives[restent], colonnes.choisir(restent)
    return np.concatenate(choisies) if choisies else actives
