"""A bound for the price of an assignment: circles and chains of any length.

Without a limit on length, the most that can be served is a maximum-weight perfect matching between givers
and receivers, where staying out is giving to oneself and the last of a chain « gives » back to a donor.
SciPy solves it in milliseconds; the bound is often reached by short circles, and then nothing else is
needed to prove a round best.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matching.moteur.tour.affectation_copies import borne_par_copies
from matching.moteur.tour.graphe import Graphe

ARCS_MAX = 6_000_000


def borne_rapide(graphe: Graphe) -> float:
    """Return how many would be served by circles and chains of any length."""
    if graphe.ressources is None:
        return borne_par_affectation(graphe)
    return borne_par_copies(graphe, graphe.ressources)


def borne_par_affectation(graphe: Graphe) -> float:
    """Return how many would be served by circles and chains of any length, on the arcs of the graph."""
    n = graphe.sommets
    libres = np.flatnonzero(~graphe.est_donneur)
    cles = (graphe.origine * n + graphe.arrivee)[~graphe.est_donneur[graphe.arrivee]]
    retours = (libres[:, None] * n + graphe.donneurs[None]).ravel()
    if len(cles) + len(retours) > ARCS_MAX:
        return float(len(libres))
    seuls = np.arange(n) * (n + 1)
    lignes = np.concatenate([cles, retours, seuls])
    # costs are positive because a zero would be no arc: 1 for a gift, 2 for none
    couts = np.concatenate([np.ones(len(cles)), np.full(len(retours) + n, 2.0)])
    matrice = sp.csr_matrix((couts, (lignes // n, lignes % n)), shape=(n, n))
    de, vers = min_weight_full_bipartite_matching(matrice)
    return float(2 * n - np.asarray(matrice[de, vers]).sum())
