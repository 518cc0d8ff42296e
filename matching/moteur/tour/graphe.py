"""The compatibility graph of a round: who can serve whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Entiers = NDArray[np.int64]
Reels = NDArray[np.float64]

POIDS_MAX = 1e12


class GrapheInvalide(ValueError):
    """The graph cannot be used; `str()` is one sentence, in French, for whoever prepared it."""


@dataclass(frozen=True, eq=False)
class Ressources:
    """What a round may use up, row by row.

    Row v, for each vertex v: how many circles and chains may pass through it. The rows after those belong
    to arcs: `par_arc` (shape (arcs, 2)) names the row of what is given and the row of what is served, -1
    when nothing but the vertices limits it. `capacites` (one per row): how many times it may be used.
    """

    capacites: Reels
    par_arc: NDArray[np.int32]

    @cached_property
    def table(self) -> NDArray[np.int32]:
        """`par_arc` and, last, what no arc uses: row -1 of the table is for the arc -1."""
        return np.vstack([self.par_arc, np.full((1, 2), -1, np.int32)])


@dataclass(frozen=True, eq=False)
class Graphe:
    """A directed graph, its arcs sorted by (`origine`, `arrivee`) and numbered in that order.

    An arc u → v means « u can serve v ». `donneurs` (sorted) give without needing: they start chains and
    never receive. `debuts` (shape `sommets + 1`) is the CSR pointer: the arcs leaving u are
    `debuts[u]:debuts[u + 1]`. `poids` (one per arc, no unit, the larger the better) only separates rounds
    that serve as many; `attentes` (one per arc, the larger the better) separates those of one weight too.

    Without `ressources` each vertex is used once. With them arcs may be parallel, and each is used once at
    most: the row of what it serves, or the vertex it serves, has capacity 1.
    """

    sommets: int
    donneurs: Entiers
    origine: Entiers
    arrivee: Entiers
    poids: Reels
    debuts: Entiers
    attentes: Reels | None = None
    ressources: Ressources | None = None

    @classmethod
    def construire(
        cls,
        sommets: int,
        origine: ArrayLike,
        arrivee: ArrayLike,
        poids: ArrayLike | None = None,
        donneurs: Sequence[int] = (),
    ) -> Self:
        """Sort and check: raises `GrapheInvalide` for an empty graph, an unknown vertex, a self-loop, a
        duplicate arc or donor, a weight that is not a number or
        beyond `POIDS_MAX`. Without `poids`, every arc weighs 1."""
        if sommets <= 0:
            raise GrapheInvalide("Le graphe est vide : il faut au moins un sommet.")
        depart = np.asarray(origine, dtype=np.int64)
        fin = np.asarray(arrivee, dtype=np.int64)
        valeur = np.ones(len(depart)) if poids is None else np.asarray(poids, dtype=np.float64)
        genereux = np.sort(np.asarray(donneurs, dtype=np.int64))
        _verifier(sommets, depart, fin, valeur, genereux)
        ordre = np.lexsort((fin, depart))
        depart, fin, valeur = depart[ordre], fin[ordre], valeur[ordre]
        _verifier_doublons(depart, fin)
        debuts = np.searchsorted(depart, np.arange(sommets + 1))
        return cls(sommets, genereux, depart, fin, valeur, debuts)

    @classmethod
    def avec_ressources(
        cls,
        sommets: int,
        origine: Entiers,
        arrivee: Entiers,
        poids: Reels,
        donneurs: Entiers,
        *,
        attentes: Reels | None,
        ressources: Ressources | None,
    ) -> Self:
        """Build from arcs already sorted and checked, parallel ones allowed when there are `ressources`."""
        debuts = np.searchsorted(origine, np.arange(sommets + 1))
        return cls(sommets, np.sort(donneurs), origine, arrivee, poids, debuts, attentes, ressources)

    @cached_property
    def capacites(self) -> Reels:
        """One per row."""
        return np.ones(self.sommets) if self.ressources is None else self.ressources.capacites

    def prix_des_arcs(self, prix: Reels) -> Reels | None:
        """Return what each arc costs besides its vertices; None when that is nothing."""
        if self.ressources is None:
            return None
        somme: Reels = np.append(prix, 0.0)[self.ressources.par_arc].sum(axis=1)  # -1 reads the 0 at the end
        return somme

    @property
    def est_donneur(self) -> NDArray[np.bool_]:
        """One boolean per vertex."""
        masque = np.zeros(self.sommets, dtype=bool)
        masque[self.donneurs] = True
        return masque

    @property
    def niveaux(self) -> list[Reels]:
        """What separates rounds that serve as many, in order: values per arc, the larger the better."""
        return [self.poids] if self.attentes is None else [self.poids, self.attentes]

    @property
    def est_pese(self) -> bool:
        """Whether anything tells arcs apart; otherwise the count alone decides."""
        return bool(len(self.poids)) and any(np.ptp(niveau) > 0 for niveau in self.niveaux)

    def numeros(self, origine: Entiers, arrivee: Entiers) -> Entiers:
        """Return the numbers of arcs that exist (the first of those that are parallel)."""
        cles = self.origine * self.sommets + self.arrivee
        return np.searchsorted(cles, origine * self.sommets + arrivee)


def _verifier(sommets: int, depart: Entiers, fin: Entiers, poids: Reels, donneurs: Entiers) -> None:
    if not len(depart) == len(fin) == len(poids):
        raise GrapheInvalide("Le graphe est mal formé : les arcs et les poids ne sont pas en même nombre.")
    for sommet in (*_hors(depart, sommets), *_hors(fin, sommets)):
        raise GrapheInvalide(
            f"Un arc nomme le sommet {sommet}, inconnu : les sommets vont de 0 à {sommets - 1}."
        )
    for sommet in _hors(donneurs, sommets):
        raise GrapheInvalide(
            f"Le donneur {sommet} est un sommet inconnu : les sommets vont de 0 à {sommets - 1}."
        )
    for sommet in donneurs[1:][np.diff(donneurs) == 0]:
        raise GrapheInvalide(f"Le donneur {sommet} est écrit deux fois.")
    for sommet in depart[depart == fin]:
        raise GrapheInvalide(f"Un arc va du sommet {sommet} à lui-même.")
    for arc in np.flatnonzero(~np.isfinite(poids)):
        raise GrapheInvalide(f"L’arc de {depart[arc]} à {fin[arc]} a un poids qui n’est pas un nombre fini.")
    for arc in np.flatnonzero(np.abs(poids) > POIDS_MAX):  # sums would lose the small ones, or overflow
        raise GrapheInvalide(f"L’arc de {depart[arc]} à {fin[arc]} a un poids trop grand : {poids[arc]:g}.")


def _hors(indices: Entiers, sommets: int) -> Entiers:
    return indices[(indices < 0) | (indices >= sommets)]


def _verifier_doublons(depart: Entiers, fin: Entiers) -> None:
    for arc in np.flatnonzero((np.diff(depart) == 0) & (np.diff(fin) == 0)):
        raise GrapheInvalide(f"L’arc de {depart[arc]} à {fin[arc]} est écrit deux fois.")
