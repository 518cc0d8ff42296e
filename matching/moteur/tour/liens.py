"""Parallel arcs: one company may serve another in several ways.

Circles are written down company by company, once; a *lien* is a pair of companies joined by one arc or
more. Whatever the arcs chosen along a circle, it is permitted, so the best way to go round it is the
cheapest arc of each lien: pricing costs no more than when arcs are not parallel. Only circles worth keeping
are spelled out arc by arc.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.circuits import Cercles
from matching.moteur.tour.graphe import Entiers, Graphe, Reels

Suites = NDArray[np.int32]
"""Shape (count, length): arcs."""


@dataclass(frozen=True, eq=False)
class Liens:
    """Lien i is made of the arcs `debuts[i]:debuts[i + 1]`; `cles` (sorted) say which vertices it joins."""

    sommets: int
    debuts: Entiers
    cles: Entiers

    @classmethod
    def de(cls, graphe: Graphe) -> Self:
        cles, premiers = np.unique(graphe.origine * graphe.sommets + graphe.arrivee, return_index=True)
        return cls(graphe.sommets, np.append(premiers, len(graphe.origine)), cles)

    def des_cercles(self, cercles: Cercles) -> NDArray[np.int32]:
        """Return, in the same shape, the lien that leaves each vertex of each circle."""
        suivants = np.roll(cercles, -1, axis=1).astype(np.int64)
        return np.searchsorted(self.cles, cercles * np.int64(self.sommets) + suivants).astype(np.int32)

    def moins_chers(self, prix_arcs: Reels) -> Reels:
        """Return the price of the cheapest arc of each lien."""
        return np.minimum.reduceat(prix_arcs, self.debuts[:-1]) if len(self.cles) else np.zeros(0)

    def compter(self, cercles: NDArray[np.int32]) -> int:
        """Return in how many ways circles, given by their liens, can be gone round."""
        return int(np.diff(self.debuts)[cercles].prod(axis=1).sum())

    def epeler(
        self, cercles: NDArray[np.int32], reduits: Reels, seuil: float, prix_arcs: Reels
    ) -> tuple[Suites, Reels]:
        """Spell circles, given by their liens and their best reduced worth, arc by arc: every way round
        that is worth more than `seuil`, and what it is worth."""
        surcout = prix_arcs - np.repeat(self.moins_chers(prix_arcs), np.diff(self.debuts))
        arcs = np.zeros((len(cercles), 0), np.int32)
        for position in range(cercles.shape[1]):
            debuts = self.debuts[cercles[:, position]]
            nombre = self.debuts[cercles[:, position] + 1] - debuts
            repete = np.repeat(np.arange(len(cercles)), nombre)
            rang = np.arange(len(repete)) - np.repeat(np.cumsum(nombre) - nombre, nombre)
            arc = debuts[repete] + rang
            reste = reduits[repete] - surcout[arc]
            bons = reste > seuil
            repete, arc, reduits = repete[bons], arc[bons], reste[bons]
            cercles, arcs = cercles[repete], np.column_stack([arcs[repete], arc.astype(np.int32)])
        return arcs, reduits
