"""Packing with HiGHS: choose columns that use no row more than its capacity and serve the most.

HiGHS (Huangfu & Hall 2018, MIT licence) is run on one thread with a fixed seed: the same input gives the
same answer unless time runs out.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from matching.moteur.tour.graphe import Entiers, Reels
from matching.moteur.tour.reserve import Colonnes

TOLERANCE = 1e-6
Plancher = tuple[Reels, float]
"""What each column counts for, and the least that the columns chosen must add up to."""


@dataclass(frozen=True)
class Choix:
    """Which columns (`indices`), and a proven bound on the objective among the columns given."""

    indices: Entiers
    valeur: float
    borne: float

    @property
    def est_optimal(self) -> bool:
        return self.valeur >= self.borne - TOLERANCE


class _Silencieux(highspy.Highs):
    """HiGHS prints its banner on standard output, where our answer goes, before options can be set."""

    def enableCallbacks(self) -> None:  # noqa: N802  HiGHS's own hook, called by its constructor
        self.setOptionValue("output_flag", False)  # noqa: FBT003  HiGHS's own signature
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # idem


def solveur(colonnes: Colonnes, capacites: Reels, valeurs: Reels, *, entier: bool) -> highspy.Highs:
    """Return HiGHS holding max Σ valeurs·x, one row « used so many times at most » per row that appears."""
    lp = highspy.HighsLp()
    debuts, usages = colonnes.usages
    utiles, lignes = np.unique(usages, return_inverse=True)
    lp.num_col_, lp.num_row_ = len(colonnes), len(utiles)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = valeurs
    # the rows already say x ≤ 1: a bound of its own would take a part of the prices away from the vertices
    haut = 1.0 if entier else highspy.kHighsInf
    lp.col_lower_, lp.col_upper_ = np.zeros(len(colonnes)), np.full(len(colonnes), haut)
    lp.row_lower_, lp.row_upper_ = np.full(len(utiles), -highspy.kHighsInf), capacites[utiles]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = debuts.astype(np.int32)
    lp.a_matrix_.index_ = lignes.astype(np.int32)
    lp.a_matrix_.value_ = np.ones(len(lignes))
    if entier:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(colonnes)
    highs = silencieux()
    highs.passModel(lp)
    return highs


def silencieux() -> highspy.Highs:
    highs = _Silencieux()  # type: ignore[no-untyped-call]  # highspy types its methods, not this
    for option, reglage in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("log_to_console", False),
    ):
        highs.setOptionValue(option, reglage)
    return highs


def marge(valeurs: Reels) -> float:
    """Return the difference under which two sums are the same: whole numbers differ by 1 at least."""
    return 0.999 if np.array_equal(valeurs, np.rint(valeurs)) else TOLERANCE


def choisir(  # noqa: PLR0913  each option is one thing a caller knows about the program
    colonnes: Colonnes,
    capacites: Reels,
    *,
    duree: float,
    valeurs: Reels | None = None,
    depart: Entiers | None = None,
    planchers: Sequence[Plancher] = (),
    cible: float = math.inf,
    graine: int = 0,
    noeuds: int | None = None,
    arreter: Callable[[], bool] | None = None,
) -> Choix:
    """Solve the integer program in at most `duree` seconds, each row used at most `capacites` times.

    `depart`: columns of a known round, to start from. `planchers`: what to keep of other
    `valeurs`. `cible`: a bound proven elsewhere; reaching it ends the search. `noeuds`: how far to search.
    """
    servis = colonnes.servis
    objectif = servis if valeurs is None else valeurs
    connu = np.zeros(0, np.int64) if depart is None else depart
    if not len(colonnes) or duree <= 0:
        return Choix(connu, float(objectif[connu].sum()), min(cible, math.inf if len(colonnes) else 0.0))
    highs = solveur(colonnes, capacites, objectif, entier=True)
    tous = np.arange(len(colonnes), dtype=np.int32)
    for mesure, minimum in planchers:
        highs.addRow(minimum - marge(mesure) / 2, highspy.kHighsInf, len(tous), tous, mesure)
    highs.setOptionValue("time_limit", float(duree))
    highs.setOptionValue("random_seed", graine % 2**31)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.setOptionValue("mip_abs_gap", marge(objectif))
    if noeuds is not None:
        highs.setOptionValue("mip_max_nodes", noeuds)
    if math.isfinite(cible):
        highs.setOptionValue("objective_target", cible - 0.5)
    if len(connu):
        _partir_de(highs, connu, len(colonnes))
    if arreter is not None:
        _surveiller(highs, arreter)
    highs.run()
    return _lire(highs, objectif, connu, cible)


def _partir_de(highs: highspy.Highs, connu: Entiers, nombre: int) -> None:
    depart = highspy.HighsSolution()
    valeurs = np.zeros(nombre)
    valeurs[connu] = 1.0
    depart.col_value = valeurs.tolist()
    highs.setSolution(depart)


def _surveiller(highs: highspy.Highs, arreter: Callable[[], bool]) -> None:
    def interrompre(evenement: highspy.HighsCallbackEvent) -> None:
        if arreter():
            evenement.interrupt()

    highs.cbMipInterrupt += interrompre


def _lire(highs: highspy.Highs, objectif: Reels, connu: Entiers, cible: float) -> Choix:
    infos = highs.getInfo()
    borne = min(cible, infos.mip_dual_bound)
    trouve = np.asarray(highs.getSolution().col_value)
    if infos.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible and len(trouve):
        indices = np.flatnonzero(trouve > 0.5)
        if objectif[indices].sum() >= objectif[connu].sum():
            connu = indices
    return Choix(connu, float(objectif[connu].sum()), borne)
