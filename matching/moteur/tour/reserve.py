"""Everything a round may choose from: all circles, written down, and all chains, priced on demand.

A *column* is one circle or one chain; it uses its vertices and serves as many (a chain: all but its donor).
Prices (`prix`, one per vertex, ≥ 0) come from a relaxation. The *reduced worth* of a column is what it
serves minus the prices of its vertices. If no column is worth more than its prices, the sum of prices
bounds every round: that is linear-programming duality, and the reason why an upper bound is proven without
looking at rounds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matching.moteur.tour.chaines import ETAPE_MAX, Chaines
from matching.moteur.tour.circuits import Cercles, enumerer_cercles
from matching.moteur.tour.graphe import Entiers, Graphe, Reels


@dataclass(frozen=True, eq=False)
class Colonnes:
    """A list of columns: column i uses `sommets[debuts[i]:debuts[i + 1]]`, in the order of the gifts."""

    debuts: Entiers
    sommets: NDArray[np.int32]
    est_chaine: NDArray[np.bool_]

    @classmethod
    def reunir(cls, cercles: Iterable[NDArray[np.int32]], chaines: Iterable[NDArray[np.int32]]) -> Self:
        """Build from arrays of shape (count, length)."""
        blocs = [(c, False) for c in cercles] + [(c, True) for c in chaines]
        tailles = [np.full(len(c), c.shape[1]) for c, _ in blocs]
        return cls(
            np.concatenate([[0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *tailles]))]).astype(
                np.int64
            ),
            np.concatenate([np.zeros(0, np.int32), *(c.ravel() for c, _ in blocs)]),
            np.concatenate([np.zeros(0, bool), *(np.full(len(c), chaine) for c, chaine in blocs)]),
        )

    def __len__(self) -> int:
        return len(self.est_chaine)

    @property
    def tailles(self) -> Entiers:
        return np.diff(self.debuts)

    @property
    def servis(self) -> Reels:
        """How many besoins each column serves."""
        return (self.tailles - self.est_chaine).astype(np.float64)

    def choisir(self, indices: Entiers) -> "Colonnes":
        tailles = self.tailles[indices]
        debuts = np.concatenate([[0], np.cumsum(tailles)]).astype(np.int64)
        places = np.arange(debuts[-1]) + np.repeat(self.debuts[indices] - debuts[:-1], tailles)
        return Colonnes(debuts, self.sommets[places], self.est_chaine[indices])

    def et(self, autres: "Colonnes") -> "Colonnes":
        return Colonnes(
            np.concatenate([self.debuts, autres.debuts[1:] + self.debuts[-1]]),
            np.concatenate([self.sommets, autres.sommets]),
            np.concatenate([self.est_chaine, autres.est_chaine]),
        )

    def sans_doublon(self) -> "Colonnes":
        vues: dict[bytes, int] = {}
        for i in range(len(self)):
            vues.setdefault(self.sommets[self.debuts[i] : self.debuts[i + 1]].tobytes(), i)
        return self if len(vues) == len(self) else self.choisir(np.fromiter(vues.values(), np.int64))

    def matrice(self, sommets: int) -> "sp.csr_matrix":
        """Return the incidence matrix, one row per column, one column per vertex."""
        unites = np.ones(len(self.sommets), np.float32)
        return sp.csr_matrix((unites, self.sommets, self.debuts), shape=(len(self), sommets))

    def reduits(self, prix: Reels) -> Reels:
        """Return the reduced worth of each column."""
        if not len(self):
            return np.zeros(0)
        return self.servis - np.add.reduceat(prix[self.sommets], self.debuts[:-1])

    def listes(self) -> list[tuple[bool, list[int]]]:
        """Return (is a chain, vertices) for each column."""
        sommets = self.sommets.tolist()
        return [
            (bool(c), sommets[d:f])
            for c, d, f in zip(self.est_chaine, self.debuts[:-1], self.debuts[1:], strict=True)
        ]


VIDE = Colonnes.reunir([], [])


@dataclass(frozen=True, eq=False)
class Reserve:
    """All the columns of a graph, for circles up to `cycle` and chains up to `chaine` gifts."""

    graphe: Graphe
    deux: Cercles
    trois: Cercles
    chaines: Chaines

    @classmethod
    def de(cls, graphe: Graphe, cycle: int, chaine: int) -> Self:
        return cls(graphe, *enumerer_cercles(graphe, cycle), Chaines(graphe, chaine))

    @property
    def nombre_cercles(self) -> int:
        return len(self.deux) + len(self.trois)

    @cached_property
    def cercles(self) -> Colonnes:
        return Colonnes.reunir([self.deux, self.trois], [])

    def reduits(self, prix: Reels) -> tuple[Reels, Reels]:
        """Return the reduced worth of the circles of 2, and of those of 3."""
        deux = 2 - prix[self.deux[:, 0]] - prix[self.deux[:, 1]]
        trois = 3 - prix[self.trois[:, 0]] - prix[self.trois[:, 1]]
        trois -= prix[self.trois[:, 2]]
        return deux, trois

    def valider(self, prix: Reels) -> Reels:
        """Raise prices until no column is worth more than its own: their sum then bounds every round."""
        valides = np.maximum(prix, 0)
        manque = np.zeros(len(valides))
        for cercles, reduits in zip((self.deux, self.trois), self.reduits(valides), strict=True):
            violes = np.flatnonzero(reduits > 0)
            for position in range(cercles.shape[1]):
                np.maximum.at(manque, cercles[violes, position], reduits[violes] / cercles.shape[1])
        valides += manque
        valides[self.graphe.donneurs] += self.chaines.exces(valides)
        return valides

    def borne(self, prix: Reels) -> float:
        """Return a proven bound on the number served, whatever the prices."""
        return float(self.valider(prix).sum())

    def au_dessus(
        self, prix: Reels, seuil: float, plafond: int, etape: int = ETAPE_MAX
    ) -> tuple[Colonnes, bool]:
        """Return columns whose reduced worth is above `seuil`, the best `plafond` of each kind, and whether
        that is all of them. `etape`: see `Chaines.enumerer`."""
        cercles: list[NDArray[np.int32]] = []
        complet = True
        for liste, reduits in zip((self.deux, self.trois), self.reduits(prix), strict=True):
            bons = np.flatnonzero(reduits > seuil)
            if len(bons) > plafond:
                complet = False
                bons = np.sort(bons[np.argpartition(-reduits[bons], plafond)[:plafond]])
            cercles.append(liste[bons])
        chaines, entieres = self.chaines.enumerer(prix, seuil, plafond, etape)
        return Colonnes.reunir(cercles, chaines), complet and entieres
