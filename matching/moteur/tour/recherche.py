"""Which of the exchanges through a company's new arcs to keep, together: branch and bound.

Each of the company's sommets is in one new column at most, and each sommet left by the exchange of the round
that is given up in one « reprise » at most: these are the places to fill, a handful. Columns are tried from
the longest; what the places still empty could bring at best stops the search early.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import pairwise

import numpy as np

from matching.moteur.tour.ajout import LIBRE, Ajout
from matching.moteur.tour.reserve import Colonnes

REGARDS_MAX = 20_000  # columns looked at for one question: about a tenth of a second

Echange = tuple[bool, list[int]]  # is a chain, sommets in the order of the gifts


def dons(echange: Echange) -> list[tuple[int, int]]:
    """Return the arcs of an exchange."""
    est_chaine, sommets = echange
    return list(pairwise(sommets if est_chaine else [*sommets, sommets[0]]))


@dataclass(frozen=True, slots=True)
class _Colonne:
    echange: Echange
    sommets: frozenset[int]
    servis: int
    neufs: int  # new arcs used
    rang: tuple[int, float]  # the longest first, then the heaviest


@dataclass(slots=True)
class _Etat:
    """A choice under way: sommets taken, besoins served, new arcs left."""

    pris: frozenset[int] = frozenset()
    servis: int = 0
    capacite: int = 0
    choisies: list[_Colonne] = field(default_factory=list)

    def avec(self, colonne: _Colonne) -> "_Etat":
        return _Etat(
            self.pris | colonne.sommets,
            self.servis + colonne.servis,
            self.capacite - colonne.neufs,
            [*self.choisies, colonne],
        )


class Recherche:
    """One question. `reprises_de`: what giving up an exchange of the round (its number) would allow;
    `reprises_max`: the most that one of them serves."""

    def __init__(
        self,
        ajout: Ajout,
        echanges: Sequence[Echange],
        reprises_de: Callable[[int], Colonnes],
        reprises_max: Sequence[int],
        capacite: int,
    ) -> None:
        self._echanges = echanges
        self._reprises_de, self._reprises_max = reprises_de, reprises_max
        self._departs = ajout.departs
        self._capacite = min(capacite, len({v for _, v in ajout.arcs}))  # a besoin is served once
        self._regards = 0
        self._gain = 0
        self._choix: tuple[list[Echange], list[int]] = ([], [])
        self._par_place: dict[tuple[int, int], list[_Colonne]] = defaultdict(list)
        self._par_echange: dict[int, list[_Colonne]] = defaultdict(list)
        self._ranger(ajout)

    @property
    def complet(self) -> bool:
        return self._regards <= REGARDS_MAX

    def _ranger(self, ajout: Ajout) -> None:
        """Sort the columns by the company's sommets they use and the exchange of the round they meet."""
        colonnes = ajout.colonnes()
        if not len(colonnes) or self._capacite <= 0:
            return
        touche = np.maximum.reduceat(
            ajout.terrain.echange_de[colonnes.sommets], colonnes.debuts[:-1]
        ).tolist()
        neufs, poids = (valeurs.tolist() for valeurs in ajout.decrire(colonnes))
        departs = set(self._departs)
        lues = zip(_lire(colonnes, neufs, poids), touche, strict=True)
        for colonne, numero in sorted(lues, key=lambda lue: lue[0].rang):
            self._par_echange[numero].append(colonne)
            for place in colonne.sommets & departs:
                self._par_place[place, numero].append(colonne)

    def choisir(self) -> tuple[list[Echange], list[int]]:
        """Return the exchanges to add and the one to give up (empty: none)."""
        self._remplir(self._departs, _Etat(capacite=self._capacite), LIBRE, [])
        for numero in sorted(set(self._par_echange) - {LIBRE}):
            self._defaire(numero)
        return self._choix

    def _defaire(self, numero: int) -> None:
        """Give up one exchange, for a new column that needs its place."""
        # looked up only if hope remains without knowing them
        self._reprise_max = self._reprises_max[numero]
        depart = _Etat(capacite=self._capacite)
        if self._espoir(self._departs, depart, numero, self._echanges[numero][1]) <= self._gain:
            return
        self._reste = _lire(self._reprises_de(numero))
        for colonne in self._par_echange[numero]:
            if colonne.neufs <= self._capacite and self._regarder():
                etat = _Etat(capacite=self._capacite).avec(colonne)
                self._remplir(self._departs, etat, numero, self._echanges[numero][1])

    def _remplir(self, places: Sequence[int], etat: _Etat, numero: int, quittes: list[int]) -> None:
        """Fill the company's places, then those that the given-up exchange leaves."""
        places = [place for place in places if place not in etat.pris]
        if self._espoir(places, etat, numero, quittes) <= self._gain:
            return
        if not places or etat.capacite <= 0:
            self._reprendre([v for v in quittes if v not in etat.pris], etat, numero)
            return
        for colonne in self._colonnes(places[0], numero):
            if not self._regarder():
                return
            if colonne.neufs <= etat.capacite and etat.pris.isdisjoint(colonne.sommets):
                self._remplir(places[1:], etat.avec(colonne), numero, quittes)
                if self._espoir(places, etat, numero, quittes) <= self._gain:
                    return
        self._remplir(places[1:], etat, numero, quittes)

    def _reprendre(self, places: list[int], etat: _Etat, numero: int) -> None:
        rendus = len(dons(self._echanges[numero])) if numero != LIBRE else 0
        if etat.servis - rendus > self._gain:
            self._gain = etat.servis - rendus
            retire = self._echanges[numero][1] if numero != LIBRE else []
            self._choix = [colonne.echange for colonne in etat.choisies], retire
        for rang, place in enumerate(places):
            for colonne in self._reste:
                if place in colonne.sommets and self._regarder() and etat.pris.isdisjoint(colonne.sommets):
                    suite = etat.avec(colonne)
                    self._reprendre([v for v in places[rang + 1 :] if v not in suite.pris], suite, numero)

    def _espoir(self, places: Sequence[int], etat: _Etat, numero: int, quittes: list[int]) -> int:
        """Bound the besoins gained from here."""
        chacune = sorted((self._plus_longue(place, numero) for place in places), reverse=True)
        espoir = etat.servis + sum(chacune[: max(etat.capacite, 0)])
        if numero == LIBRE:
            return espoir
        libres = sum(v not in etat.pris for v in quittes)
        est_chaine, sommets = self._echanges[numero]
        return espoir + libres * self._reprise_max - len(sommets) + est_chaine

    def _plus_longue(self, place: int, numero: int) -> int:
        servis = 0
        for n in (LIBRE, numero):
            liste = self._par_place.get((place, n))
            if liste and liste[0].servis > servis:
                servis = liste[0].servis
        return servis

    def _colonnes(self, place: int, numero: int) -> Iterator[_Colonne]:
        listes = [self._par_place.get((place, n), []) for n in {LIBRE, numero}]
        return merge(*listes, key=lambda colonne: colonne.rang)

    def _regarder(self) -> bool:
        self._regards += 1
        return self.complet


def _lire(
    colonnes: Colonnes, neufs: Sequence[int] | None = None, poids: Sequence[float] | None = None
) -> list[_Colonne]:
    """Return the columns in their order."""
    rien = [0] * len(colonnes)
    return [
        _Colonne(echange, frozenset(echange[1]), int(servis), neuf, (-int(servis), -lourd))
        for echange, servis, neuf, lourd in zip(
            colonnes.listes(), colonnes.servis, neufs or rien, poids or rien, strict=True
        )
    ]
