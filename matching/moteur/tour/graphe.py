"""The compatibility graph of a round: who can serve whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Entiers = NDArray[np.int64]
Reels = NDArray[np.float64]


class GrapheInvalide(ValueError):
    """The graph cannot be used; `str()` is one sentence, in French, for whoever prepared it."""


@dataclass(frozen=True, eq=False)
class Graphe:
    """A directed graph, its arcs sorted by (`origine`, `arrivee`) and numbered in that order.

    An arc u → v means « u can serve v ». `donneurs` (sorted) give without needing: they start chains and
    never receive. `debuts` (shape `sommets + 1`) is the CSR pointer: the arcs leaving u are
    `debuts[u]:debuts[u + 1]`. `poids` (one per arc, no unit, the larger the better) only separates rounds
    that serve as many.
    """

    sommets: int
    donneurs: Entiers
    origine: Entiers
    arrivee: Entiers
    poids: Reels
    debuts: Entiers

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
        duplicate arc or donor, a weight that is not a number. Without `poids`, every arc weighs 1."""
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

    @property
    def est_donneur(self) -> NDArray[np.bool_]:
        """One boolean per vertex."""
        masque = np.zeros(self.sommets, dtype=bool)
        masque[self.donneurs] = True
        return masque

    @property
    def est_pese(self) -> bool:
        """Whether weights tell arcs apart; otherwise the count alone decides."""
        return bool(len(self.poids)) and bool(np.ptp(self.poids) > 0)

    def numeros(self, origine: Entiers, arrivee: Entiers) -> Entiers:
        """Return the numbers of arcs that exist."""
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


def _hors(indices: Entiers, sommets: int) -> Entiers:
    return indices[(indices < 0) | (indices >= sommets)]


def _verifier_doublons(depart: Entiers, fin: Entiers) -> None:
    for arc in np.flatnonzero((np.diff(depart) == 0) & (np.diff(fin) == 0)):
        raise GrapheInvalide(f"L’arc de {depart[arc]} à {fin[arc]} est écrit deux fois.")
