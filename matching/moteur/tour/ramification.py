"""Is there a round that serves so many? Branch and bound, two rows at a time.

Branching on one column is lopsided: leaving one circle out changes nothing. Two rows are either used by the
same circle or they are not (Ryan & Foster 1981): both sides change the relaxation, and a few nodes close
what thousands would not. The question has a target, so that whatever the relaxation says is below it is cut
at once; the pairs tried at each node are solved on both sides first (strong branching), and a side that
falls below the target decides the pair without a node.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import scipy.sparse as sp

from matching.moteur.tour.controle import Controle
from matching.moteur.tour.graphe import Entiers, Reels
from matching.moteur.tour.lineaire import Etat, Point, Relaxe
from matching.moteur.tour.programme import TOLERANCE
from matching.moteur.tour.reserve import Colonnes

ESSAIS = 8  # pairs tried at each node
DOUTE = 1e-4  # a share this near 0 or 1 is decided


@dataclass(frozen=True, eq=False)
class Paires:
    """Rows used once at most that some column uses together. `usages`: for each pair, 1 for its columns."""

    premieres: Entiers
    secondes: Entiers
    usages: "sp.csr_matrix"
    par_ligne: "sp.csr_matrix"

    @classmethod
    def de(cls, colonnes: Colonnes, capacites: Reels) -> Self:
        incidence = colonnes.matrice(len(capacites))
        # parts are unit sums: a row that may be used twice says nothing of who is with whom
        uniques = incidence @ sp.diags((capacites <= 1).astype(np.float32))
        ensemble = sp.triu((uniques.T @ uniques), k=1).tocoo()
        premieres, secondes = ensemble.row.astype(np.int64), ensemble.col.astype(np.int64)
        par_ligne = incidence.T.tocsr()
        return cls(premieres, secondes, par_ligne[premieres].multiply(par_ligne[secondes]).tocsr(), par_ligne)

    def mesurer(self, parts: Reels) -> tuple[Reels, Reels]:
        """Return the shares of the columns that use both rows of each pair, and of those that use one."""
        charge, ensemble = self.par_ligne @ parts, self.usages @ parts
        return ensemble, charge[self.premieres] + charge[self.secondes] - 2 * ensemble

    def ensemble(self, paire: int) -> Entiers:
        """Return the columns that use both rows."""
        debut, fin = self.usages.indptr[paire : paire + 2]
        colonnes: Entiers = self.usages.indices[debut:fin].astype(np.int64)
        return colonnes

    def une_seule(self, paire: int) -> Entiers:
        """Return the columns that use one of the rows without the other."""
        premiere = self._colonnes(self.premieres[paire])
        return np.setxor1d(premiere, self._colonnes(self.secondes[paire]), assume_unique=True)

    def _colonnes(self, ligne: int) -> Entiers:
        debut, fin = self.par_ligne.indptr[ligne : ligne + 2]
        colonnes: Entiers = self.par_ligne.indices[debut:fin].astype(np.int64)
        return colonnes


@dataclass
class Recherche:
    """Looks for columns that serve `cible`. `trouve`: them; `fini`: none exist."""

    relaxe: Relaxe
    cible: float
    controle: Controle
    trouve: Entiers | None = None
    fini: bool = False
    _pile: list[Etat] = field(init=False)
    _paires: Paires = field(init=False)

    def __post_init__(self) -> None:
        self._pile = [Etat.libre(len(self.relaxe.colonnes))]
        self._paires = Paires.de(self.relaxe.colonnes, self.relaxe.capacites)

    def chercher(self, noeuds: int) -> Self:
        """Go on for so many nodes at most."""
        while self._pile and noeuds and self.trouve is None and not self.controle.presse():
            self._pile += self._ouvrir(self._pile.pop())
            noeuds -= 1
        self.fini = not self._pile and self.trouve is None and not self.relaxe.interrompu
        return self

    def _ouvrir(self, etat: Etat) -> list[Etat]:
        """Return what remains of a node: nothing, or its two sides, the more promising last."""
        point = self._resoudre(etat)
        while point is not None:
            if not len(point.fractions):
                self.trouve = np.flatnonzero(point.parts > 0.5)
                return []
            marge = point.valeur - self.cible
            etat = etat.sans((point.parts < TOLERANCE) & (point.reduits < -marge - TOLERANCE))
            cotes = self._brancher(etat, point)
            if len(cotes) != 1:
                return cotes
            etat = cotes[0]  # one side alone is left: decided, no need for a node
            point = self._resoudre(etat)
        return []

    def _resoudre(self, etat: Etat) -> Point | None:
        """Return the relaxation of a state, None when it serves less than the target."""
        return self.relaxe.resoudre(etat, self.controle.reste(), self.cible)

    def _brancher(self, etat: Etat, point: Point) -> list[Etat]:
        """Return the sides of the best pair that may still reach the target, the better one last."""
        base = self.relaxe.highs.getBasis()
        meilleur: tuple[float, list[Etat]] = (-1.0, [])
        for cotes in self._candidats(etat, point):
            restent: list[tuple[float, Etat]] = []
            for cote in cotes:
                essai = self._resoudre(cote)
                self.relaxe.highs.setBasis(base)
                if essai is not None:
                    restent.append((essai.valeur, cote))
            if len(restent) < len(cotes):
                return [cote for _, cote in restent]
            note = float(np.prod([max(point.valeur - valeur, DOUTE) for valeur, _ in restent]))
            if note > meilleur[0]:
                meilleur = note, [cote for _, cote in sorted(restent, key=lambda r: r[0])]
        return meilleur[1]

    def _candidats(self, etat: Etat, point: Point) -> list[tuple[Etat, Etat]]:
        """Return both sides of the least decided pairs; of columns when every pair is decided."""
        ensemble, une_seule = self._paires.mesurer(point.parts)
        indecises = np.flatnonzero((ensemble > DOUTE) & (une_seule > DOUTE))
        if len(indecises):
            ordre = np.argsort(np.abs(ensemble[indecises] - 0.5), kind="stable")[:ESSAIS]
            return [
                (etat.sans(self._paires.une_seule(p)), etat.sans(self._paires.ensemble(p)))
                for p in indecises[ordre].tolist()
            ]
        colonnes = point.fractions
        ordre = np.argsort(np.abs(point.parts[colonnes] - 0.5), kind="stable")[:ESSAIS]
        return [(self.relaxe.prendre(etat, colonnes[[i]]), etat.sans(colonnes[[i]])) for i in ordre.tolist()]
