"""Circles of 2 and 3 in a graph, enumerated with arrays: no Python loop over arcs.

A circle is written once, its smallest vertex first, then in the direction of the gifts. Circles of 3 are
found by closing paths a → b → c: for each arc a → b with a < b the cheaper side is expanded (what follows
b, or what precedes a), and a table of bits says in one gather whether the third arc exists. 20 000
vertices, 1.9 million arcs: about one second; memory is bounded by `BLOC` paths at a time.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Entiers, Graphe

Cercles = NDArray[np.int32]  # shape (count, 2) or (count, 3): vertices

BLOC = 4_000_000
TABLE_MAX = 24_000  # vertices up to which n² bits (72 MB) are worth their memory


class _Existence:
    """Answers « does u → v exist? » for arrays."""

    def __init__(self, sommets: int, origine: Entiers, arrivee: Entiers) -> None:
        self.sommets = sommets
        self.cles = origine * sommets + arrivee  # sorted, as the arcs are
        self.bits: NDArray[np.uint8] | None = None
        if sommets <= TABLE_MAX:
            self.bits = np.zeros(sommets * sommets // 8 + 1, dtype=np.uint8)
            np.bitwise_or.at(self.bits, self.cles >> 3, np.left_shift(1, self.cles & 7).astype(np.uint8))

    def __call__(self, origine: Entiers, arrivee: Entiers) -> NDArray[np.bool_]:
        cles = origine * self.sommets + arrivee
        if self.bits is not None:
            lus: NDArray[np.uint8] = self.bits[cles >> 3] >> (cles & 7).astype(np.uint8)
            presents: NDArray[np.bool_] = (lus & 1).astype(bool)
            return presents
        place = np.minimum(np.searchsorted(self.cles, cles), len(self.cles) - 1)
        trouvees: NDArray[np.bool_] = self.cles[place] == cles
        return trouvees


def enumerer_cercles(graphe: Graphe, longueur: int) -> tuple[Cercles, Cercles]:
    """Return every circle of 2 and every circle of 3 (none above `longueur`), donors left out."""
    vide2, vide3 = np.zeros((0, 2), np.int32), np.zeros((0, 3), np.int32)
    libre = ~graphe.est_donneur
    gardes = libre[graphe.origine] & libre[graphe.arrivee]
    if graphe.ressources is not None:  # parallel arcs close the same circles
        gardes[1:] &= (np.diff(graphe.origine) != 0) | (np.diff(graphe.arrivee) != 0)
    origine, arrivee = graphe.origine[gardes], graphe.arrivee[gardes]
    if longueur < 2 or not len(origine):
        return vide2, vide3
    existe = _Existence(graphe.sommets, origine, arrivee)
    montants = np.flatnonzero(origine < arrivee)
    a, b = origine[montants], arrivee[montants]
    retour = existe(b, a)
    deux = np.stack([a[retour], b[retour]], axis=1).astype(np.int32)
    if longueur < 3:
        return deux, vide3
    trouves = list(_cercles_de_3(graphe.sommets, origine, arrivee, existe))
    return deux, np.concatenate(trouves) if trouves else vide3


def _cercles_de_3(sommets: int, origine: Entiers, arrivee: Entiers, existe: _Existence) -> Iterator[Cercles]:
    """Yield circles (a, b, c), a the smallest, in blocks of bounded memory."""
    montants = origine < arrivee
    a, b = origine[montants], arrivee[montants]
    sortants = _Voisins(sommets, origine, arrivee)
    ordre = np.lexsort((origine, arrivee))
    entrants = _Voisins(sommets, arrivee[ordre], origine[ordre])
    # only neighbours greater than a: the lists are sorted, so their tails
    debut_s, fin_s = sortants.apres(b, a)
    debut_e, fin_e = entrants.apres(a, a)
    par_sortie = (fin_s - debut_s) <= (fin_e - debut_e)
    debut = np.where(par_sortie, debut_s, debut_e + len(origine))
    nombre = np.where(par_sortie, fin_s - debut_s, fin_e - debut_e)
    voisins = np.concatenate([sortants.voisins, entrants.voisins])
    for arcs in _decouper(nombre):
        repete = np.repeat(arcs, nombre[arcs])
        decalage = np.cumsum(nombre[arcs]) - nombre[arcs]
        c = voisins[np.arange(len(repete)) + np.repeat(debut[arcs] - decalage, nombre[arcs])]
        sortie = par_sortie[repete]
        ferme = existe(np.where(sortie, c, b[repete]), np.where(sortie, a[repete], c))
        yield np.stack([a[repete[ferme]], b[repete[ferme]], c[ferme]], axis=1).astype(np.int32)


def _decouper(nombre: Entiers) -> Iterator[Entiers]:
    """Group arcs that have something to expand so that each group makes about `BLOC` paths."""
    utiles = np.flatnonzero(nombre)
    if len(utiles):
        cumul = np.cumsum(nombre[utiles])
        bornes = np.searchsorted(cumul, np.arange(BLOC, int(cumul[-1]), BLOC))
        yield from (bloc for bloc in np.split(utiles, np.unique(bornes)) if len(bloc))


class _Voisins:
    """Sorted neighbour lists, and the part of a list above a given vertex."""

    def __init__(self, sommets: int, cle: Entiers, voisins: Entiers) -> None:
        self.sommets = sommets
        self.voisins = voisins
        self.debuts = np.searchsorted(cle, np.arange(sommets + 1))
        self.cles = cle * sommets + voisins

    def apres(self, de: Entiers, plus_grand_que: Entiers) -> tuple[Entiers, Entiers]:
        """Return where the neighbours of `de` greater than `plus_grand_que` start and end."""
        return np.searchsorted(self.cles, de * self.sommets + plus_grand_que, "right"), self.debuts[de + 1]
