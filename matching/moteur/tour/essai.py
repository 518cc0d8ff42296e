"""What if a company could show one thing more? Which besoins it would unlock, by which exchanges.

The company's sommets receive new arcs. The answer is the set of disjoint circles and chains, each through a
new arc, that serves the most besoins beyond the current round. One exchange of that round may be given up if
that serves strictly more in total; what it leaves may form other circles, or a shorter chain.

Few exchanges can pass through one company, so a branch-and-bound search in plain Python is exact and quick,
where an integer program over thousands of like columns is not (`recherche.py`). The answer is proven best
(`Effet.est_complet`) unless the search looks at more than `recherche.REGARDS_MAX` columns, or there are more
than `ajout.PLAFOND` chains of a length.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

import numpy as np

from matching.moteur.tour.ajout import LIBRE, Ajout, Terrain, un_seul
from matching.moteur.tour.chaines import Bloc
from matching.moteur.tour.circuits import enumerer_cercles
from matching.moteur.tour.graphe import Entiers, Graphe, GrapheInvalide
from matching.moteur.tour.recherche import Echange, Recherche, dons
from matching.moteur.tour.reserve import VIDE, Colonnes
from matching.moteur.tour.solution import Tour
from matching.moteur.tour.verification import TourInvalide


@dataclass(frozen=True)
class Effet:
    """What the new savoir-faire changes.

    `directs`: besoins that nothing could serve, and that it can. `cycles`, `chaines`: the exchanges to add,
    as in a `Tour`. `retire`: the exchange of the current round to give up for them (empty: none). `debloques`
    are served then and were not; `perdus`, the reverse.
    """

    directs: list[int] = field(default_factory=list)
    cycles: list[list[int]] = field(default_factory=list)
    chaines: list[list[int]] = field(default_factory=list)
    retire: list[int] = field(default_factory=list)
    debloques: list[int] = field(default_factory=list)
    perdus: list[int] = field(default_factory=list)
    est_complet: bool = True

    @property
    def gain(self) -> int:
        """How many besoins more are served."""
        return len(self.debloques) - len(self.perdus)


@dataclass(frozen=True, eq=False)
class Essais:
    """A graph and its current round, made ready for many questions.

    `reprises`: what giving up one exchange of the round would allow, sorted by that exchange, with
    `debuts_reprises` as pointer; `reprises_max`: the most that one of them serves, for each exchange.
    """

    terrain: Terrain
    echanges: list[Echange]
    reprises: Colonnes
    debuts_reprises: Entiers
    reprises_max: list[int]

    @classmethod
    def preparer(cls, graphe: Graphe, tour: Tour | None = None, *, cycle: int = 3, chaine: int = 0) -> Self:
        """`tour`: the current round; without one nothing is served yet. `chaine`: gifts, at most.

        Raises `GrapheInvalide` for a graph with resources (a market's): its arcs may be parallel.
        """
        if graphe.ressources is not None:
            raise GrapheInvalide("Un essai se fait sur un graphe de paires, pas sur celui d’un marché.")
        echanges = [(False, c) for c in tour.cycles] + [(True, c) for c in tour.chaines] if tour else []
        echange_de = np.full(graphe.sommets, LIBRE)
        for numero, (_, sommets) in enumerate(echanges):
            echange_de[sommets] = numero
        terrain = Terrain.de(graphe, echange_de, cycle=cycle, chaine=chaine)
        reprises, debuts = _reprises(terrain, echanges)
        servis = reprises.servis
        maximum = [int(servis[d:f].max(initial=0)) for d, f in pairwise(debuts.tolist())]
        return cls(terrain, echanges, reprises, debuts, maximum)

    def essayer(
        self,
        depart: Sequence[int],
        arrivee: Sequence[int],
        poids: Sequence[float] | None = None,
        *,
        capacite: int | None = None,
    ) -> Effet:
        """Return the effect of the new arcs `depart[i]` → `arrivee[i]`, all from the company's own sommets.

        `capacite`: how many of them may be used at once (default: one for each sommet). Raises
        `GrapheInvalide` for an unknown sommet, a self-loop, an arc to a donneur or an arc written twice.
        """
        ajout = Ajout(self.terrain, depart, arrivee, poids)
        capacite = len(ajout.departs) if capacite is None else capacite
        recherche = Recherche(ajout, self.echanges, self.reprises_de, self.reprises_max, capacite)
        choisies, retire = recherche.choisir()
        self._verifier(ajout, choisies, retire)
        return self._raconter(ajout, choisies, retire, est_complet=recherche.complet and ajout.complet)

    def reprises_de(self, echange: int) -> Colonnes:
        """What giving up this exchange of the round (its number) would allow."""
        return self.reprises.choisir(
            np.arange(self.debuts_reprises[echange], self.debuts_reprises[echange + 1])
        )

    def _raconter(
        self, ajout: Ajout, choisies: list[Echange], retire: list[int], *, est_complet: bool
    ) -> Effet:
        servis = {v for echange in choisies for _, v in dons(echange)}
        donneurs = self.terrain.graphe.est_donneur
        avant = {v for v in retire if not donneurs[v]}
        return Effet(
            directs=ajout.directs(),
            cycles=sorted(sommets for est_chaine, sommets in choisies if not est_chaine),
            chaines=sorted(sommets for est_chaine, sommets in choisies if est_chaine),
            retire=retire,
            debloques=sorted(servis - avant),
            perdus=sorted(avant - servis),
            est_complet=est_complet,
        )

    def _verifier(self, ajout: Ajout, choisies: list[Echange], retire: list[int]) -> None:
        """Check the answer without what found it; raise `TourInvalide`."""
        vus = {v for _, sommets in self.echanges for v in sommets} - set(retire)
        if retire and all(retire != sommets for _, sommets in self.echanges):
            raise TourInvalide(f"{retire} n’est pas un échange du tour")
        for echange in choisies:
            for sommet in echange[1]:
                if sommet in vus:
                    raise TourInvalide(f"le sommet {sommet} sert deux fois")
                vus.add(sommet)
            for don in dons(echange):
                if not ajout.existe(don):
                    raise TourInvalide(f"l’arc {don} n’existe pas")


def _colonnes(echanges: Sequence[Echange]) -> Colonnes:
    cercles = [np.array([sommets], dtype=np.int32) for est_chaine, sommets in echanges if not est_chaine]
    chaines = [np.array([sommets], dtype=np.int32) for est_chaine, sommets in echanges if est_chaine]
    return Colonnes.reunir(map(Bloc, cercles), map(Bloc, chaines))


def _reprises(terrain: Terrain, echanges: list[Echange]) -> tuple[Colonnes, Entiers]:
    """Circles of one exchange's sommets and free ones, and the beginnings of the round's chains."""
    if not echanges:
        return VIDE, np.zeros(1, np.int64)
    cercles = []
    for liste in enumerer_cercles(terrain.graphe, terrain.cycle):
        numeros = terrain.echange_de[liste]
        cercles.append(liste[un_seul(numeros) & (numeros.max(axis=1) != LIBRE)])
    chaines = [sommets for est_chaine, sommets in echanges if est_chaine]
    debuts = [(True, sommets[:fin]) for sommets in chaines for fin in range(2, len(sommets))]
    colonnes = Colonnes.reunir(map(Bloc, cercles), []).et(_colonnes(debuts))
    if not len(colonnes):
        return colonnes, np.zeros(len(echanges) + 1, np.int64)
    qui = np.maximum.reduceat(terrain.echange_de[colonnes.sommets], colonnes.debuts[:-1])
    ordre = np.argsort(qui, kind="stable")
    return colonnes.choisir(ordre), np.searchsorted(qui[ordre], np.arange(len(echanges) + 1))
