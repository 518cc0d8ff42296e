"""Chains: a donor gives to a first vertex, which gives to a second, and so on, for at most L gifts.

Chains are too many to list (D·d^L), so they are priced, as in the position-indexed formulation PICEF
(Dickerson, Manlove, Plaut, Sandholm, Trimble: « Position-Indexed Formulations for Kidney Exchange », EC
2016): with a price per vertex, one backward pass over the arcs per position gives the best worth of any
continuation. The pass allows a vertex to come back (as PICEF's relaxation does), so what it says is an
upper bound; the chains written down never do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Entiers, Graphe, Reels

EPSILON = 1e-9
ETAPE_MAX = 400_000  # partial chains kept at each position
BLOC = 2_000_000  # next gifts looked at together


class Bloc(NamedTuple):
    """Circles or chains of one length: `sommets` of shape (count, length); `arcs`, one for each gift, only
    where the graph has resources."""

    sommets: NDArray[np.int32]
    arcs: NDArray[np.int32] | None = None


@dataclass(frozen=True)
class Chaines:
    """The chains of at most `longueur` gifts from each donor of `graphe`."""

    graphe: Graphe
    longueur: int

    @property
    def existent(self) -> bool:
        return self.longueur > 0 and bool(len(self.graphe.donneurs)) and bool(len(self.graphe.origine))

    def suites(self, prix: Reels) -> list[Reels]:
        """Return h[k][v]: the best Σ (1 - prix) over the gifts that may follow v, k of them at most."""
        graphe = self.graphe
        gain = 1 - prix[graphe.arrivee]
        prix_arcs = graphe.prix_des_arcs(prix)
        if prix_arcs is not None:
            gain -= prix_arcs
        gain[graphe.est_donneur[graphe.arrivee]] = -np.inf  # a donor needs nothing
        departs = np.flatnonzero(np.diff(graphe.debuts))
        suites = [np.zeros(graphe.sommets)]
        for _ in range(self.longueur):
            suite = np.zeros(graphe.sommets)
            atteint = gain + suites[-1][graphe.arrivee]
            suite[departs] = np.maximum(np.maximum.reduceat(atteint, graphe.debuts[departs]), 0)
            suites.append(suite)
        return suites

    def exces(self, prix: Reels) -> Reels:
        """Return, for each donor, how much its best chain is worth above its prices, at least 0.

        Added to the donors' own prices it makes them valid for every chain: a chain has exactly one donor.
        """
        if not self.existent:
            return np.zeros(len(self.graphe.donneurs))
        donneurs = self.graphe.donneurs
        return np.maximum(self.suites(prix)[-1][donneurs] - prix[donneurs], 0)

    def enumerer(
        self, prix: Reels, seuil: float, plafond: int, etape: int = ETAPE_MAX
    ) -> tuple[list[Bloc], bool]:
        """List chains whose reduced worth Σ (1 - prix) - prix(donor) is above `seuil`, at most `plafond` of
        each length, keeping at each position the `etape` that promise most.

        Returns blocks of shape (count, 1 + gifts), one per length, and whether the list is complete.
        """
        if not self.existent:
            return [], True
        suites, prix_arcs = self.suites(prix), self.graphe.prix_des_arcs(prix)
        chemins = self.graphe.donneurs.astype(np.int32)[:, None]
        arcs = None if prix_arcs is None else np.zeros((len(chemins), 0), np.int32)
        partielles = _Partielles(Bloc(chemins, arcs), -prix[self.graphe.donneurs])
        trouves: list[Bloc] = []
        complet = True
        for position in range(1, self.longueur + 1):
            suite = suites[self.longueur - position]
            entier, morceaux = True, []
            for morceau in self._decouper(partielles):
                plus_longues = self._prolonger(morceau, prix, prix_arcs, seuil - suite)
                garde, tout = plus_longues.promettre(suite, seuil, etape)
                entier = entier and tout
                morceaux.append(garde)
            partielles, tout = _reunir(morceaux).promettre(suite, seuil, etape)
            entier = entier and tout
            bons, entier_aussi = _meilleurs(partielles.valeur, seuil, plafond)
            complet = complet and entier and entier_aussi
            if len(bons):
                trouves.append(partielles.choisir(bons).chemins)
        return trouves, complet

    def _decouper(self, partielles: "_Partielles") -> Iterator["_Partielles"]:
        """Cut so that each piece has at most about `BLOC` next gifts to look at, whatever their number."""
        dernier = partielles.chemins.sommets[:, -1]
        cumul = np.cumsum(self.graphe.debuts[dernier + 1] - self.graphe.debuts[dernier])
        coupes = np.arange(BLOC, int(cumul[-1]) if len(cumul) else 0, BLOC)
        if not len(coupes):
            yield partielles
            return
        for indices in np.split(np.arange(len(cumul)), np.unique(np.searchsorted(cumul, coupes))):
            yield partielles.choisir(indices)

    def _prolonger(
        self, partielles: "_Partielles", prix: Reels, prix_arcs: Reels | None, minimum: Reels
    ) -> "_Partielles":
        """Add one gift to each chain in every way that does not come back and is worth `minimum` there."""
        debuts = self.graphe.debuts
        (chemins, arcs), valeur = partielles.chemins, partielles.valeur
        dernier = chemins[:, -1]
        nombre = debuts[dernier + 1] - debuts[dernier]
        repete = np.repeat(np.arange(len(chemins)), nombre)
        rang = np.arange(len(repete)) - np.repeat(np.cumsum(nombre) - nombre, nombre)
        arc = np.repeat(debuts[dernier], nombre) + rang
        suivant = self.graphe.arrivee[arc].astype(np.int32)
        atteinte = valeur[repete] + 1 - prix[suivant]
        if prix_arcs is not None:
            atteinte -= prix_arcs[arc]
        permis = ~self.graphe.est_donneur[suivant] & (atteinte > minimum[suivant])
        repete, suivant, atteinte = repete[permis], suivant[permis], atteinte[permis]
        neuf = ~(chemins[repete] == suivant[:, None]).any(axis=1)
        suites = np.column_stack([chemins[repete[neuf]], suivant[neuf]])
        if arcs is not None:
            arcs = np.column_stack([arcs[repete[neuf]], arc[permis][neuf].astype(np.int32)])
        return _Partielles(Bloc(suites, arcs), atteinte[neuf])


@dataclass(frozen=True)
class _Partielles:
    """Chains being written, and what each is worth so far."""

    chemins: Bloc
    valeur: Reels

    def choisir(self, indices: Entiers) -> "_Partielles":
        sommets, arcs = self.chemins
        return _Partielles(
            Bloc(sommets[indices], None if arcs is None else arcs[indices]), self.valeur[indices]
        )

    def promettre(self, suite: Reels, seuil: float, etape: int) -> tuple["_Partielles", bool]:
        """Keep the `etape` that may be worth most once continued, and say whether that is all above."""
        retenus, entier = _meilleurs(self.valeur + suite[self.chemins.sommets[:, -1]], seuil, etape)
        return (self if len(retenus) == len(self.valeur) else self.choisir(retenus)), entier


def _reunir(morceaux: list[_Partielles]) -> _Partielles:
    if len(morceaux) == 1:
        return morceaux[0]
    arcs = [morceau.chemins.arcs for morceau in morceaux if morceau.chemins.arcs is not None]
    sommets = np.concatenate([morceau.chemins.sommets for morceau in morceaux])
    valeur = np.concatenate([morceau.valeur for morceau in morceaux])
    return _Partielles(Bloc(sommets, np.concatenate(arcs) if arcs else None), valeur)


def _meilleurs(valeur: Reels, seuil: float, plafond: int) -> tuple[Entiers, bool]:
    """Return the indices above `seuil`, the best `plafond` of them, and whether that is all of them."""
    bons = np.flatnonzero(valeur > seuil + EPSILON)
    if len(bons) <= plafond:
        return bons, True
    return np.sort(bons[np.argpartition(-valeur[bons], plafond)[:plafond]]), False
