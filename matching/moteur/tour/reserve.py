"""Everything a round may choose from: all circles, written down, and all chains, priced on demand.

A *column* is one circle or one chain; it uses its vertices and serves as many (a chain: all but its donor).
Where the graph has resources it also uses those of its arcs; *rows* are the vertices, then these. Prices
(`prix`, one per row, ≥ 0) come from a relaxation. The *reduced worth* of a column is what it serves minus
the prices of its rows. If no column is worth more than its prices, the sum of prices, each as many times as
its row may be used, bounds every round: that is linear-programming duality, and the reason why an upper
bound is proven without looking at rounds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matching.moteur.tour.chaines import ETAPE_MAX, Bloc, Chaines
from matching.moteur.tour.circuits import Cercles, enumerer_cercles
from matching.moteur.tour.graphe import Entiers, Graphe, Reels, Ressources
from matching.moteur.tour.liens import Liens


@dataclass(frozen=True, eq=False)
class Colonnes:
    """A list of columns: column i uses `sommets[debuts[i]:debuts[i + 1]]`, in the order of the gifts.

    Where there are `ressources`, `arcs` says by which arc each vertex gives (-1 for the last of a chain).
    """

    debuts: Entiers
    sommets: NDArray[np.int32]
    est_chaine: NDArray[np.bool_]
    arcs: NDArray[np.int32] | None = None
    ressources: Ressources | None = None

    @classmethod
    def reunir(
        cls, cercles: Iterable[Bloc], chaines: Iterable[Bloc], ressources: Ressources | None = None
    ) -> Self:
        """Build from blocks of one length each."""
        blocs = [(c, False) for c in cercles] + [(c, True) for c in chaines]
        tailles = [np.full(len(c.sommets), c.sommets.shape[1]) for c, _ in blocs]
        return cls(
            np.concatenate([[0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *tailles]))]).astype(
                np.int64
            ),
            np.concatenate([np.zeros(0, np.int32), *(c.sommets.ravel() for c, _ in blocs)]),
            np.concatenate([np.zeros(0, bool), *(np.full(len(c.sommets), chaine) for c, chaine in blocs)]),
            None if ressources is None else _arcs(blocs),
            ressources,
        )

    def __len__(self) -> int:
        return len(self.est_chaine)

    @property
    def tailles(self) -> Entiers:
        return np.diff(self.debuts)

    @cached_property
    def usages(self) -> tuple[Entiers, NDArray[np.int32]]:
        """The rows that columns use: those of column i are `lignes[debuts[i]:debuts[i + 1]]`."""
        if self.ressources is None or not len(self):
            return self.debuts, self.sommets
        toutes = np.column_stack([self.sommets, self.ressources.table[self.arcs]])
        existent = toutes >= 0
        nombre = np.add.reduceat(existent.sum(axis=1), self.debuts[:-1])
        return np.concatenate([[0], np.cumsum(nombre)]), toutes[existent]

    @property
    def servis(self) -> Reels:
        """How many besoins each column serves."""
        return (self.tailles - self.est_chaine).astype(np.float64)

    def choisir(self, indices: Entiers) -> "Colonnes":
        tailles = self.tailles[indices]
        debuts = np.concatenate([[0], np.cumsum(tailles)]).astype(np.int64)
        places = np.arange(debuts[-1]) + np.repeat(self.debuts[indices] - debuts[:-1], tailles)
        arcs = None if self.arcs is None else self.arcs[places]
        return Colonnes(debuts, self.sommets[places], self.est_chaine[indices], arcs, self.ressources)

    def et(self, autres: "Colonnes") -> "Colonnes":
        if not len(self):
            return autres
        return Colonnes(
            np.concatenate([self.debuts, autres.debuts[1:] + self.debuts[-1]]),
            np.concatenate([self.sommets, autres.sommets]),
            np.concatenate([self.est_chaine, autres.est_chaine]),
            None if self.arcs is None or autres.arcs is None else np.concatenate([self.arcs, autres.arcs]),
            self.ressources,
        )

    def sans_doublon(self) -> "Colonnes":
        vues: dict[bytes, int] = {}
        # arcs say more than vertices; a circle and a chain of the same length never have the same
        noms = self.sommets if self.arcs is None else self.arcs
        for i in range(len(self)):
            vues.setdefault(noms[self.debuts[i] : self.debuts[i + 1]].tobytes(), i)
        return self if len(vues) == len(self) else self.choisir(np.fromiter(vues.values(), np.int64))

    def matrice(self, nombre: int) -> "sp.csr_matrix":
        """Return the incidence matrix, one row per column, one column for each of the `nombre` rows."""
        debuts, lignes = self.usages
        unites = np.ones(len(lignes), np.float32)
        return sp.csr_matrix((unites, lignes, debuts), shape=(len(self), nombre))

    def reduits(self, prix: Reels) -> Reels:
        """Return the reduced worth of each column."""
        if not len(self):
            return np.zeros(0)
        debuts, lignes = self.usages
        return self.servis - np.add.reduceat(prix[lignes], debuts[:-1])

    def arcs_de(self, graphe: Graphe) -> Entiers:
        """Return by which arc each vertex gives; anything for the last of a chain."""
        if self.arcs is not None:
            return self.arcs.astype(np.int64)
        suivants = np.roll(self.sommets, -1)
        suivants[self.debuts[1:] - 1] = self.sommets[self.debuts[:-1]]
        numeros = graphe.numeros(self.sommets.astype(np.int64), suivants.astype(np.int64))
        return np.minimum(numeros, len(graphe.origine) - 1)

    def listes(self) -> list[tuple[bool, list[int]]]:
        """Return (is a chain, vertices) for each column."""
        sommets = self.sommets.tolist()
        return [
            (bool(c), sommets[d:f])
            for c, d, f in zip(self.est_chaine, self.debuts[:-1], self.debuts[1:], strict=True)
        ]


VIDE = Colonnes.reunir([], [])


def _arcs(blocs: list[tuple[Bloc, bool]]) -> NDArray[np.int32]:
    """Lay the arcs of the blocks along their vertices."""
    aplatis = [np.zeros(0, np.int32)]
    for bloc, est_chaine in blocs:
        if bloc.arcs is not None:
            aplatis.append((np.pad(bloc.arcs, ((0, 0), (0, int(est_chaine))), constant_values=-1)).ravel())
    return np.concatenate(aplatis)


@dataclass(frozen=True, eq=False)
class Reserve:
    """All the columns of a graph, for circles up to `cycle` and chains up to `chaine` gifts, but `interdites`
    (each by its arcs in order, a circle from its smallest vertex; only where there are resources)."""

    graphe: Graphe
    deux: Cercles
    trois: Cercles
    chaines: Chaines
    interdites: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def de(
        cls, graphe: Graphe, cycle: int, chaine: int, interdites: tuple[tuple[int, ...], ...] = ()
    ) -> Self:
        return cls(graphe, *enumerer_cercles(graphe, cycle), Chaines(graphe, chaine), interdites)

    @property
    def capacites(self) -> Reels:
        """How many times each row may be used."""
        return self.graphe.capacites

    @cached_property
    def nombre_cercles(self) -> int:
        if self._liens is None:
            return len(self.deux) + len(self.trois)
        return sum(self._liens.compter(suites) for suites in self._suites)

    @cached_property
    def cercles(self) -> Colonnes:
        return self.reunir([self.epeler(cercles) for cercles in (self.deux, self.trois)], [])

    def reunir(self, cercles: Iterable[Bloc], chaines: Iterable[Bloc]) -> Colonnes:
        """Make columns of blocks, without those that are `interdites`."""
        return Colonnes.reunir(
            map(self._sans_interdites, cercles), map(self._sans_interdites, chaines), self.graphe.ressources
        )

    def epeler(self, cercles: Cercles) -> Bloc:
        """Return circles with every choice of their arcs."""
        if self._liens is None:
            return Bloc(cercles)
        gratuits = np.zeros(len(self.graphe.origine))
        suites = self._liens.des_cercles(cercles)
        arcs, _ = self._liens.epeler(suites, np.zeros(len(suites)), -np.inf, gratuits)
        return self._bloc(arcs)

    def reduits(self, prix: Reels) -> tuple[Reels, Reels]:
        """Return the reduced worth of the circles of 2, and of those of 3, by their cheapest arcs."""
        deux = 2 - prix[self.deux[:, 0]] - prix[self.deux[:, 1]]
        trois = 3 - prix[self.trois[:, 0]] - prix[self.trois[:, 1]]
        trois -= prix[self.trois[:, 2]]
        prix_arcs = self.graphe.prix_des_arcs(prix)
        if self._liens is not None and prix_arcs is not None:
            moins_chers = self._liens.moins_chers(prix_arcs)
            deux -= moins_chers[self._suites[0]].sum(axis=1)
            trois -= moins_chers[self._suites[1]].sum(axis=1)
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
        return self.somme(self.valider(prix))

    def somme(self, prix: Reels) -> float:
        """Sum prices, each as many times as its row may be used."""
        return float((self.capacites * prix).sum())

    def au_dessus(
        self, prix: Reels, seuil: float, plafond: int, etape: int = ETAPE_MAX
    ) -> tuple[Colonnes, bool]:
        """Return columns whose reduced worth is above `seuil`, the best `plafond` of each kind, and whether
        that is all of them. `etape`: see `Chaines.enumerer`."""
        cercles: list[Bloc] = []
        complet, prix_arcs = True, self.graphe.prix_des_arcs(prix)
        for rang, (liste, reduits) in enumerate(
            zip((self.deux, self.trois), self.reduits(prix), strict=True)
        ):
            bons, entiers = _meilleurs(np.flatnonzero(reduits > seuil), reduits, plafond)
            bloc = Bloc(liste[bons])
            if self._liens is not None and prix_arcs is not None:
                suites = self._suites[rang][bons]
                arcs, valeurs = self._liens.epeler(suites, reduits[bons], seuil, prix_arcs)
                gardes, tous = _meilleurs(np.arange(len(arcs)), valeurs, plafond)
                bloc, entiers = self._bloc(arcs[gardes]), entiers and tous
            complet = complet and entiers
            cercles.append(bloc)
        chaines, entieres = self.chaines.enumerer(prix, seuil, plafond, etape)
        return self.reunir(cercles, chaines), complet and entieres

    @cached_property
    def _liens(self) -> Liens | None:
        return None if self.graphe.ressources is None else Liens.de(self.graphe)

    @cached_property
    def _suites(self) -> list[NDArray[np.int32]]:
        """The circles of 2 and of 3, by their liens."""
        liens = Liens.de(self.graphe) if self._liens is None else self._liens
        return [liens.des_cercles(cercles) for cercles in (self.deux, self.trois)]

    def _bloc(self, arcs: NDArray[np.int32]) -> Bloc:
        return Bloc(self.graphe.origine[arcs].astype(np.int32), arcs)

    def _sans_interdites(self, bloc: Bloc) -> Bloc:
        sommets, arcs = bloc
        for interdite in self.interdites:
            if arcs is not None and arcs.shape[1] == len(interdite):
                gardees = np.not_equal(arcs, interdite).any(axis=1)
                sommets, arcs = sommets[gardees], arcs[gardees]
        return Bloc(sommets, arcs)


def _meilleurs(candidats: Entiers, valeurs: Reels, plafond: int) -> tuple[Entiers, bool]:
    """Return the `plafond` candidates that are worth most, in order, and whether that is all of them."""
    if len(candidats) <= plafond:
        return candidats, True
    return np.sort(candidats[np.argpartition(-valeurs[candidats], plafond)[:plafond]]), False
