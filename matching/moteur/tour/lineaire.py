"""Linear relaxations with HiGHS, solved again and again: each solution starts from the one before."""

from dataclasses import dataclass
from typing import Self

import highspy
import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Entiers, Reels
from matching.moteur.tour.programme import TOLERANCE, silencieux
from matching.moteur.tour.reserve import Colonnes

DUAL, PRIMAL = 1, 4  # HiGHS's `simplex_strategy`
DEVEX = 1  # its `simplex_dual_edge_weight_strategy`
PEU = 20  # columns known for each one that comes in
POINT_INTERIEUR = 3_000  # columns from which interior point is quicker than simplex from nothing

Booleens = NDArray[np.bool_]


class Simplex:
    """The linear relaxation over columns that come in little by little."""

    def __init__(self, capacites: Reels) -> None:
        self.highs = silencieux()
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        n = len(capacites)
        rien = np.zeros(0, np.int32)
        bas = np.full(n, -highspy.kHighsInf)
        self.highs.addRows(n, bas, capacites, 0, np.zeros(n, np.int32), rien, np.zeros(0))
        self.nombre = 0

    def ajouter(self, colonnes: Colonnes) -> None:
        # no bound of their own, as in `solveur`
        debuts, lignes = colonnes.usages
        n = len(colonnes)
        haut, unites = np.full(n, highspy.kHighsInf), np.ones(len(lignes))
        places = debuts[:-1].astype(np.int32)
        self.highs.addCols(
            n, colonnes.servis, np.zeros(n), haut, len(lignes), places, lignes.astype(np.int32), unites
        )
        # the basis known stays feasible, so the primal simplex goes on from it: better when few come in
        primal = bool(self.nombre) and n * PEU < self.nombre
        self.nombre += n
        interieur = not primal and self.nombre >= POINT_INTERIEUR
        self.highs.setOptionValue("solver", "ipm" if interieur else "simplex")
        self.highs.setOptionValue("simplex_strategy", PRIMAL if primal else DUAL)

    def resoudre(self, duree: float) -> tuple[Reels, float] | None:
        """Return one price per row and the value, or None if `duree` seconds were not enough."""
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(0.01, duree))  # it adds up
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        prix: Reels = np.abs(np.asarray(self.highs.getSolution().row_dual))
        return prix, self.highs.getInfo().objective_function_value


@dataclass(frozen=True, eq=False)
class Etat:
    """What is decided of each column: taken (`prises`), and whether it may be (`permises`)."""

    prises: Booleens
    permises: Booleens

    @classmethod
    def libre(cls, nombre: int) -> Self:
        return cls(np.zeros(nombre, dtype=bool), np.ones(nombre, dtype=bool))

    def sans(self, colonnes: Entiers | Booleens) -> "Etat":
        permises = self.permises.copy()
        permises[colonnes] = False
        return Etat(self.prises, permises)


@dataclass(frozen=True, eq=False)
class Point:
    """A solution of the relaxation: `parts` and `reduits` (reduced worth) for each column."""

    valeur: float
    parts: Reels
    reduits: Reels

    @property
    def fractions(self) -> Entiers:
        return np.flatnonzero((self.parts > TOLERANCE) & (self.parts < 1 - TOLERANCE))


class Relaxe:
    """The relaxation of a packing of `colonnes` once some are taken and others left out.

    `interrompu`: whether time ran out once, so that an answer « none » is no proof."""

    def __init__(self, colonnes: Colonnes, capacites: Reels) -> None:
        self.colonnes = colonnes
        self.capacites = capacites
        self.highs = _minimiser(colonnes, capacites)
        # exact steepest-edge weights would cost more than the few steps from one solution to the next
        self.highs.setOptionValue("simplex_dual_edge_weight_strategy", DEVEX)
        self.highs.setOptionValue("presolve", "off")  # it would forget where the last solution ended
        self.interrompu = False
        self._tous = np.arange(len(colonnes), dtype=np.int32)
        self._pose = Etat.libre(len(colonnes))
        if len(colonnes) >= POINT_INTERIEUR:
            self.highs.setOptionValue("solver", "ipm")

    def resoudre(self, etat: Etat, duree: float, minimum: float = 0.0) -> Point | None:
        """Return the best fractional round, None when it serves less than `minimum` or `duree` seconds were
        not enough."""
        change = (etat.prises != self._pose.prises) | (etat.permises != self._pose.permises)
        indices = self._tous[change]
        if len(indices):
            bas, haut = etat.prises[change].astype(np.float64), etat.permises[change].astype(np.float64)
            self.highs.changeColsBounds(len(indices), indices, bas, haut)
        self._pose = etat
        self.highs.setOptionValue("objective_bound", TOLERANCE - minimum)  # stops as soon as it is worse
        self.highs.setOptionValue("time_limit", self.highs.getRunTime() + max(0.01, duree))
        self.highs.run()
        self.highs.setOptionValue("solver", "simplex")  # from the second time on
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.interrompu |= self.highs.getModelStatus() not in _SANS_ISSUE
            return None
        solution = self.highs.getSolution()
        valeur = -self.highs.getInfo().objective_function_value
        if valeur < minimum - TOLERANCE:
            return None
        return Point(valeur, np.asarray(solution.col_value), -np.asarray(solution.col_dual))

    def prendre(self, etat: Etat, choisies: Entiers) -> Etat:
        """Take these columns, and leave out those for which nothing is left."""
        prises = etat.prises.copy()
        prises[choisies] = True
        debuts, lignes = self.colonnes.usages
        tailles = np.diff(debuts)
        usage = np.bincount(lignes[np.repeat(prises, tailles)], minlength=len(self.capacites))
        reste = np.logical_and.reduceat((usage < self.capacites)[lignes], debuts[:-1])
        return Etat(prises, etat.permises & (reste | prises))


_SANS_ISSUE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kObjectiveBound)


def _minimiser(colonnes: Colonnes, capacites: Reels) -> highspy.Highs:
    """Return HiGHS holding min - Σ served: it knows how to stop at a bound when it minimises. Rows that
    cannot be exceeded are left out, hence a bound of 1 on each column."""
    lp = highspy.HighsLp()
    debuts, lignes = colonnes.usages
    utiles = np.bincount(lignes, minlength=len(capacites)) > capacites
    gardes = utiles[lignes]
    numeros = (np.cumsum(utiles) - 1)[lignes[gardes]]
    lp.num_col_, lp.num_row_ = len(colonnes), int(utiles.sum())
    lp.col_cost_ = -colonnes.servis
    lp.col_lower_, lp.col_upper_ = np.zeros(len(colonnes)), np.ones(len(colonnes))
    lp.row_lower_, lp.row_upper_ = np.full(lp.num_row_, -highspy.kHighsInf), capacites[utiles]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(gardes)])[debuts].astype(np.int32)
    lp.a_matrix_.index_ = numeros.astype(np.int32)
    lp.a_matrix_.value_ = np.ones(len(numeros))
    highs = silencieux()
    highs.passModel(lp)
    return highs
