"""A graph seen with a few new arcs: every circle and every chain through one of them.

Only what meets at most one exchange of the current round is kept (see `essai`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.chaines import Bloc
from matching.moteur.tour.graphe import Entiers, Graphe, GrapheInvalide, Reels
from matching.moteur.tour.reserve import Colonnes

PLAFOND = 2_000  # chains looked at for each length
LIBRE = -1  # the exchange of a sommet that is in none

Chemins = NDArray[np.int32]  # shape (count, length): sommets in the order of the gifts


@dataclass(frozen=True, eq=False)
class Terrain:
    """A graph and its current round, made ready.

    `echange_de`: for each sommet, the number of its exchange in the round, or `LIBRE`. `cles`: the arcs, each
    as one number. `origines` and `debuts_entrants`: the arcs sorted by their end. `depuis_donneur`: the least
    number of gifts from a donneur to each sommet (more than `chaine`: too many).
    """

    graphe: Graphe
    cycle: int
    chaine: int
    echange_de: Entiers
    cles: Entiers
    origines: Entiers
    debuts_entrants: Entiers
    depuis_donneur: Entiers

    @classmethod
    def de(cls, graphe: Graphe, echange_de: Entiers, *, cycle: int, chaine: int) -> Self:
        ordre = np.argsort(graphe.arrivee, kind="stable")
        debuts = np.searchsorted(graphe.arrivee[ordre], np.arange(graphe.sommets + 1))
        depuis = _depuis_donneur(graphe, chaine)
        cles = graphe.origine * graphe.sommets + graphe.arrivee
        return cls(graphe, cycle, chaine, echange_de, cles, graphe.origine[ordre], debuts, depuis)

    def sortants(self, sommet: int) -> Entiers:
        return self.graphe.arrivee[self.graphe.debuts[sommet] : self.graphe.debuts[sommet + 1]]

    def entrants(self, sommet: int) -> Entiers:
        return self.origines[self.debuts_entrants[sommet] : self.debuts_entrants[sommet + 1]]

    def apres(self, derniers: Chemins) -> tuple[Entiers, Entiers]:
        """Return (which path, next sommet) for each way on."""
        return _etendre(derniers, self.graphe.debuts, self.graphe.arrivee)

    def avant(self, premiers: Chemins) -> tuple[Entiers, Entiers]:
        return _etendre(premiers, self.debuts_entrants, self.origines)


def un_seul(numeros: Entiers) -> NDArray[np.bool_]:
    """Say which rows (exchanges of the sommets of a path) name at most one exchange."""
    seul: NDArray[np.bool_] = ((numeros == LIBRE) | (numeros == numeros.max(axis=1, keepdims=True))).all(1)
    return seul


def _etendre(bouts: Chemins, debuts: Entiers, voisins: Entiers) -> tuple[Entiers, Entiers]:
    nombre = debuts[bouts + 1] - debuts[bouts]
    qui = np.repeat(np.arange(len(bouts)), nombre)
    rang = np.arange(len(qui)) - np.repeat(np.cumsum(nombre) - nombre, nombre)
    return qui, voisins[np.repeat(debuts[bouts], nombre) + rang]


def _depuis_donneur(graphe: Graphe, chaine: int) -> Entiers:
    distance = np.full(graphe.sommets, chaine + 1)
    distance[graphe.donneurs] = 0
    for dons in range(1, chaine + 1):
        suivants = graphe.arrivee[distance[graphe.origine] == dons - 1]
        distance[suivants] = np.minimum(distance[suivants], dons)
    return distance


class Ajout:
    """The new arcs, with their weights, and what they make possible.

    Raises `GrapheInvalide` for an unknown sommet, a self-loop, an arc to a donneur or an arc written twice.
    An arc that was already there adds nothing. `complet` turns false when chains had to be left out.
    """

    def __init__(
        self, terrain: Terrain, depart: Sequence[int], arrivee: Sequence[int], poids: Sequence[float] | None
    ) -> None:
        self.terrain = terrain
        self.complet = True
        # the graph's own checks, on the new arcs alone
        ajout = Graphe.construire(terrain.graphe.sommets, depart, arrivee, poids)
        self._donne = terrain.graphe.est_donneur
        for sommet in ajout.arrivee[self._donne[ajout.arrivee]]:
            raise GrapheInvalide(f"Le donneur {sommet} n’a pas de besoin à servir.")
        cles = ajout.origine * ajout.sommets + ajout.arrivee
        neufs = ~_parmi(cles, terrain.cles)
        self._cles, self._poids = cles[neufs], ajout.poids[neufs]
        self.arcs = set(zip(ajout.origine[neufs].tolist(), ajout.arrivee[neufs].tolist(), strict=True))
        self._depuis: dict[int, list[int]] = defaultdict(list)
        self._vers: dict[int, list[int]] = defaultdict(list)
        for u, v in sorted(self.arcs):
            self._depuis[u].append(v)
            self._vers[v].append(u)

    @property
    def departs(self) -> list[int]:
        return sorted(self._depuis)

    def directs(self) -> list[int]:
        """Sommets that nothing served before."""
        return sorted(v for v in self._vers if not len(self.terrain.entrants(v)))

    def decrire(self, colonnes: Colonnes) -> tuple[Entiers, Reels]:
        """Return, for each column, how many new arcs it uses and the sum of its weights."""
        suivants = np.roll(colonnes.sommets, -1)
        fins = colonnes.debuts[1:] - 1
        suivants[fins] = colonnes.sommets[colonnes.debuts[:-1]]
        cles = colonnes.sommets.astype(np.int64) * self.terrain.graphe.sommets + suivants
        don = np.ones(len(cles), dtype=bool)
        don[fins[colonnes.est_chaine]] = False
        neuf = don & _parmi(cles, self._cles)
        ancien = don & ~neuf
        poids = np.zeros(len(cles))
        poids[neuf] = self._poids[np.searchsorted(self._cles, cles[neuf])]
        poids[ancien] = self.terrain.graphe.poids[np.searchsorted(self.terrain.cles, cles[ancien])]
        debuts = colonnes.debuts[:-1]
        return np.add.reduceat(neuf.astype(np.int64), debuts), np.add.reduceat(poids, debuts)

    def existe(self, don: tuple[int, int]) -> bool:
        return don in self.arcs or don[1] in self.terrain.sortants(don[0])

    def colonnes(self) -> Colonnes:
        """Every circle and chain through a new arc that meets at most one exchange of the round."""
        cercles = list(self._cercles()) if self.terrain.cycle >= 2 else []
        chaines = list(self._chaines()) if self.terrain.chaine else []
        return Colonnes.reunir(map(Bloc, cercles), map(Bloc, chaines)).sans_doublon()

    def _cercles(self) -> Iterator[Chemins]:
        for u in self.departs:
            if self._donne[u]:
                continue
            retours = _joindre(self.terrain.entrants(u), self._vers.get(u, []))
            fins = np.array(self._depuis[u])
            deux = fins[np.isin(fins, retours)]
            yield self._garder(_du_plus_petit(np.column_stack([np.full(len(deux), u), deux])))
            if self.terrain.cycle >= 3:
                qui, tiers = self._apres(fins)
                ferme = np.isin(tiers, retours) & (tiers != u) & ~self._donne[tiers]
                fins, tiers = fins[qui[ferme]], tiers[ferme]
                yield self._garder(_du_plus_petit(np.column_stack([np.full(len(fins), u), fins, tiers])))

    def _chaines(self) -> Iterator[Chemins]:
        """Each chain from its first new arc: back from it to the donneurs by old arcs, then on by any."""
        for u in self.departs:
            fins = np.array(self._depuis[u])
            for debut in self._vers_les_donneurs(u):
                qui = np.repeat(np.arange(len(debut)), len(fins))
                chemins = self._prolonger(debut[qui], np.tile(fins, len(debut)))
                while len(chemins):
                    yield chemins
                    if chemins.shape[1] > self.terrain.chaine:
                        break
                    qui, suivants = self._apres(chemins[:, -1])
                    chemins = self._prolonger(chemins[qui], suivants)

    def _vers_les_donneurs(self, u: int) -> Iterable[Chemins]:
        """Yield the paths from donneurs to `u` that leave a gift to make, by length."""
        terrain = self.terrain
        chemins: Chemins = np.array([[u]], dtype=np.int32)
        for dons in range(1, terrain.chaine + 1):
            commence = self._donne[chemins[:, 0]]
            if commence.any():
                yield chemins[commence]
            chemins = chemins[~commence]
            qui, avant = terrain.avant(chemins[:, 0])
            va = terrain.depuis_donneur[avant] + dons < terrain.chaine
            va &= ~(chemins[qui] == avant[:, None]).any(axis=1)
            chemins = self._garder(np.column_stack([avant[va], chemins[qui[va]]]), PLAFOND)

    def _apres(self, derniers: NDArray[np.integer]) -> tuple[Entiers, Entiers]:
        """Ways on, the new arcs among them."""
        qui, suivants = self.terrain.apres(np.asarray(derniers, dtype=np.int32))
        for u in np.intersect1d(derniers, self.departs).tolist():
            ici, fins = np.flatnonzero(derniers == u), self._depuis[u]
            qui = _joindre(qui, np.repeat(ici, len(fins)))
            suivants = _joindre(suivants, np.tile(fins, len(ici)))
        return qui, suivants

    def _prolonger(self, chemins: Chemins, suivants: Entiers) -> Chemins:
        va = ~(chemins == suivants[:, None]).any(axis=1) & ~self._donne[suivants]
        return self._garder(np.column_stack([chemins[va], suivants[va]]), PLAFOND)

    def _garder(self, chemins: NDArray[np.integer], plafond: int | None = None) -> Chemins:
        """Keep what meets at most one exchange of the round; at most `plafond`, least disturbing first."""
        gardes: Chemins = chemins.astype(np.int32)
        if not len(gardes):
            return gardes
        gardes = gardes[un_seul(self.terrain.echange_de[gardes])]
        if plafond is None or len(gardes) <= plafond:
            return gardes
        self.complet = False
        derange = (self.terrain.echange_de[gardes] != LIBRE).sum(axis=1)
        return gardes[np.argsort(derange, kind="stable")[:plafond]]


def _parmi(cles: Entiers, triees: Entiers) -> NDArray[np.bool_]:
    """Say which of `cles` are among `triees`: not `np.isin`, which would sort millions for a handful."""
    if not len(triees):
        return np.zeros(len(cles), dtype=bool)
    presentes: NDArray[np.bool_] = triees[np.minimum(np.searchsorted(triees, cles), len(triees) - 1)] == cles
    return presentes


def _joindre(uns: Entiers, autres: Sequence[int] | Entiers) -> Entiers:
    return np.concatenate([uns, np.asarray(autres, dtype=np.int64)])


def _du_plus_petit(cercles: Entiers) -> Entiers:
    """Turn each circle so that its smallest sommet comes first."""
    decalage = cercles.argmin(axis=1)[:, None] + np.arange(cercles.shape[1])
    return np.take_along_axis(cercles, decalage % cercles.shape[1], axis=1)
