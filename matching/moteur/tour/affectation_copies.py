"""The bound of `affectation.py` where companies, savoir-faire and besoins have capacities.

A *giver* is one place of a savoir-faire; a *receiver* is a besoin. A company with S givers, R receivers and
C gifts at most each way has R - C more givers that only its receivers may match, and S - C more receivers
that only its givers may: of the C left on each side, those matched with each other within the company stay
idle, and so it gives as often as it receives, C times at most. Whoever ends a chain receives without
giving: a company that may has, for each gift it may receive, a giver that only serves the way back to a
donor.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.moteur.tour.graphe import Entiers, Graphe, Ressources

COUPLES_MAX = 6_000_000
UN_DON, RIEN = 1.0, 2.0  # costs are positive because a zero would be no arc

Couples = tuple[Entiers, Entiers, float]
"""Groups of givers, groups of receivers, and what matching them costs."""


@dataclass(frozen=True, eq=False)
class _Groupes:
    """Copies of the same node: how many (`nombres`), and of which company (`sommets`)."""

    sommets: Entiers
    nombres: Entiers

    def et(self, sommets: Entiers, nombres: Entiers) -> "_Groupes":
        return _Groupes(np.append(self.sommets, sommets), np.append(self.nombres, nombres))

    def totaux(self, sommets: int) -> Entiers:
        return np.bincount(self.sommets, self.nombres, sommets).astype(np.int64)


def borne_par_copies(graphe: Graphe, ressources: Ressources) -> float:
    """Return a bound on the number served: by circles and chains of any length while there are at most
    `COUPLES_MAX` couples of copies, else by what companies may receive."""
    capacites = graphe.capacites[: graphe.sommets].astype(np.int64)
    arcs = np.flatnonzero(~graphe.est_donneur[graphe.arrivee])
    receveurs = np.unique(graphe.arrivee[arcs])
    simple = float(capacites[receveurs].sum())
    par_arc = ressources.par_arc
    donneurs, donne = _groupes(graphe, graphe.origine, par_arc[:, 0], arcs)
    receveuses, recoit = _groupes(graphe, graphe.arrivee, par_arc[:, 1], arcs)
    dons = np.unique(np.column_stack([donne, recoit]), axis=0)
    couples: list[Couples] = [(dons[:, 0], dons[:, 1], UN_DON)]
    if len(graphe.donneurs):
        fins = len(donneurs.sommets) + np.arange(len(receveurs))
        retours = len(receveuses.sommets) + np.arange(len(graphe.donneurs))
        donneurs = donneurs.et(receveurs, capacites[receveurs])
        receveuses = receveuses.et(graphe.donneurs, capacites[graphe.donneurs])
        couples.append((np.repeat(fins, len(retours)), np.tile(retours, len(fins)), RIEN))
    couples.append((*_voisins(donneurs, receveuses, graphe.sommets), RIEN))
    donnes, recus = donneurs.totaux(graphe.sommets), receveuses.totaux(graphe.sommets)
    tenus = np.minimum(capacites, np.minimum(donnes, recus))
    tous = np.arange(graphe.sommets)
    d, r = len(donneurs.sommets), len(receveuses.sommets)
    couples.append((np.arange(d), r + donneurs.sommets, RIEN))
    couples.append((d + receveuses.sommets, np.arange(r), RIEN))
    donnent, recoivent = donneurs.et(tous, recus - tenus), receveuses.et(tous, donnes - tenus)
    servis = _affecter(donnent.nombres, recoivent.nombres, couples)
    return simple if servis is None else min(simple, servis)


def _groupes(
    graphe: Graphe, sommets: Entiers, lignes: NDArray[np.int32], arcs: Entiers
) -> tuple[_Groupes, Entiers]:
    """Group what arcs use on one side by company and row; return the group of each arc too. -1 is the row
    of what only the company limits."""
    paires = np.column_stack([sommets, lignes])[arcs]
    uniques, groupe = np.unique(paires, axis=0, return_inverse=True)
    du_sommet = graphe.capacites[uniques[:, 0]]
    nombres = np.where(uniques[:, 1] < 0, du_sommet, np.minimum(du_sommet, graphe.capacites[uniques[:, 1]]))
    return _Groupes(uniques[:, 0], nombres.astype(np.int64)), groupe.ravel()


def _voisins(donneurs: _Groupes, receveuses: _Groupes, sommets: int) -> tuple[Entiers, Entiers]:
    """Return the couples of groups of one company."""
    cote = [
        sp.csr_matrix(
            (np.ones(len(g.sommets)), (np.arange(len(g.sommets)), g.sommets)), (len(g.sommets), sommets)
        )
        for g in (donneurs, receveuses)
    ]
    a, b = (cote[0] @ cote[1].T).nonzero()
    return a.astype(np.int64), b.astype(np.int64)


def _affecter(donnent: Entiers, recoivent: Entiers, couples: list[Couples]) -> float | None:
    """Return how many gifts the cheapest perfect matching makes; None when it is too large to write."""
    debuts_g, debuts_r = np.cumsum(donnent) - donnent, np.cumsum(recoivent) - recoivent
    de = np.concatenate([c[0] for c in couples])
    vers = np.concatenate([c[1] for c in couples])
    couts = np.concatenate([np.full(len(c[0]), c[2]) for c in couples])
    nombre = donnent[de] * recoivent[vers]
    if nombre.sum() > COUPLES_MAX:
        return None
    repete = np.repeat(np.arange(len(de)), nombre)
    rang = np.arange(len(repete)) - np.repeat(np.cumsum(nombre) - nombre, nombre)
    lignes = debuts_g[de[repete]] + rang // recoivent[vers[repete]]
    colonnes = debuts_r[vers[repete]] + rang % recoivent[vers[repete]]
    taille = int(donnent.sum())
    matrice = sp.csr_matrix((couts[repete], (lignes, colonnes)), shape=(taille, int(recoivent.sum())))
    a, b = min_weight_full_bipartite_matching(matrice)
    return float(RIEN * taille - np.asarray(matrice[a, b]).sum())
