"""Cut a graph into parts that no circle and no chain joins: each is a smaller problem of its own.

Circles stay inside a strongly connected component; chains cross them. So parts are the weakly connected
components of the arcs that a permitted circle uses or that a permitted chain can reach: finer than strong
components when there are no donors, and right when there are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from matching.moteur.tour.chaines import Chaines
from matching.moteur.tour.graphe import Entiers, Graphe, Ressources
from matching.moteur.tour.reserve import Reserve


@dataclass(frozen=True, eq=False)
class Composante:
    """A part: its own reserve, and `sommets` and `arcs`, which give back the numbers of the whole graph."""

    reserve: Reserve
    sommets: Entiers
    arcs: Entiers


def decomposer(reserve: Reserve) -> list[Composante]:
    """Return the parts in which something can be exchanged, the smallest first."""
    graphe = reserve.graphe
    n = graphe.sommets
    utiles = _arcs_de_cercles(reserve) | _arcs_de_chaines(reserve)
    origine, arrivee = graphe.origine[utiles], graphe.arrivee[utiles]
    liens = sp.csr_matrix((np.ones(len(origine), np.int8), (origine, arrivee)), shape=(n, n))
    nombre, partie = connected_components(liens, directed=True, connection="weak")
    tailles = np.bincount(partie, minlength=nombre)
    rang = np.empty(n, dtype=np.int64)  # number of each vertex within its part
    ordre = np.argsort(partie, kind="stable")
    rang[ordre] = np.arange(n) - np.repeat(np.cumsum(tailles) - tailles, tailles)
    groupes = zip(
        _par_partie(partie, np.arange(n), nombre),
        _par_partie(partie[origine], np.flatnonzero(utiles), nombre),
        _par_partie(partie[reserve.deux[:, 0]], np.arange(len(reserve.deux)), nombre),
        _par_partie(partie[reserve.trois[:, 0]], np.arange(len(reserve.trois)), nombre),
        strict=True,
    )
    composantes = [
        _composante(reserve, rang, sommets, arcs, deux, trois)
        for sommets, arcs, deux, trois in groupes
        if len(arcs)
    ]
    return sorted(composantes, key=lambda c: len(c.sommets))


def _composante(
    reserve: Reserve, rang: Entiers, sommets: Entiers, arcs: Entiers, deux: Entiers, trois: Entiers
) -> Composante:
    graphe = reserve.graphe
    partie = Graphe.avec_ressources(
        len(sommets),
        rang[graphe.origine[arcs]],
        rang[graphe.arrivee[arcs]],
        graphe.poids[arcs],
        rang[sommets[graphe.est_donneur[sommets]]],
        attentes=None if graphe.attentes is None else graphe.attentes[arcs],
        ressources=_ressources(graphe.ressources, sommets, arcs),
    )
    local = rang.astype(np.int32)
    chaines = Chaines(partie, reserve.chaines.longueur)
    interdites = tuple(
        tuple(np.searchsorted(arcs, interdite).tolist())
        for interdite in reserve.interdites
        if np.isin(interdite, arcs).all()
    )
    cercles = local[reserve.deux[deux]], local[reserve.trois[trois]]
    return Composante(Reserve(partie, *cercles, chaines, interdites), sommets, arcs)


def _ressources(ressources: Ressources | None, sommets: Entiers, arcs: Entiers) -> Ressources | None:
    """Keep the rows of a part, numbered anew: vertices, then what their arcs use."""
    if ressources is None:
        return None
    utilisees = ressources.par_arc[arcs]
    lignes = np.unique(utilisees[utilisees >= 0])
    neuves = len(sommets) + np.searchsorted(lignes, utilisees)
    capacites = ressources.capacites[np.concatenate([sommets, lignes])]
    return Ressources(capacites, np.where(utilisees >= 0, neuves, -1).astype(np.int32))


def _par_partie(partie: NDArray[np.int32], indices: Entiers, nombre: int) -> Iterator[Entiers]:
    """Yield, for each part in turn, the indices that belong to it."""
    ordre = np.argsort(partie, kind="stable")
    coupes = np.searchsorted(partie[ordre], np.arange(1, nombre))
    yield from np.split(indices[ordre], coupes)


def _arcs_de_cercles(reserve: Reserve) -> NDArray[np.bool_]:
    """Mark the arcs of the circles."""
    graphe = reserve.graphe
    marques = np.zeros(len(graphe.origine), dtype=bool)
    for cercles in (reserve.deux.astype(np.int64), reserve.trois.astype(np.int64)):
        longueur = cercles.shape[1]
        for i in range(longueur):
            marques[graphe.numeros(cercles[:, i], cercles[:, (i + 1) % longueur])] = True
    # parallel arcs are as good as the first of them, which was marked
    return marques[graphe.numeros(graphe.origine, graphe.arrivee)]


def _arcs_de_chaines(reserve: Reserve) -> NDArray[np.bool_]:
    """Mark the arcs that a chain can reach from a donor within its length."""
    graphe = reserve.graphe
    receveurs = ~graphe.est_donneur[graphe.arrivee]
    marques = np.zeros(len(graphe.origine), dtype=bool)
    atteints = graphe.est_donneur
    for _ in range(reserve.chaines.longueur):
        marques |= atteints[graphe.origine] & receveurs
        atteints = atteints.copy()
        atteints[graphe.arrivee[marques]] = True
    return marques
