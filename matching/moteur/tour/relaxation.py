"""The linear relaxation of a large, dense market, by a first-order method: a few hundred passes, no
factorisation.

Primal-dual hybrid gradient with diagonal steps (Pock & Chambolle 2011) and restarts at the average, the
method of PDLP (Applegate et al. 2021). It needs two products by the incidence matrix per pass (4 ms for 500
000 columns), and its prices, made valid by `Reserve.borne`, are a proof at any moment. Simplex on the same
program takes minutes.
"""

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.moteur.tour.graphe import Reels
from matching.moteur.tour.reserve import Colonnes, Reserve

PASSES = 200  # between two restarts
Simples = NDArray[
    np.float32
]  # half the memory, and nothing rests on their last digits: the bound is recomputed


@dataclass(frozen=True)
class Relache:
    """Prices (one per row), shares (one per column of the program), and the bound the prices prove."""

    prix: Reels
    parts: Simples
    borne: float


@dataclass(frozen=True)
class Point:
    """A primal x (per column) and a dual y (per row)."""

    x: Simples
    y: Simples


class Gradient:
    """The passes themselves, for the program max Σ valeur·x where each row is used within `capacites`."""

    def __init__(self, colonnes: Colonnes, capacites: Simples, valeur: Simples) -> None:
        self.valeur = valeur
        self.capacites = capacites
        self.usages = colonnes.matrice(len(capacites))
        self.usages_t = self.usages.T.tocsr()
        self.degre: Simples = np.asarray(self.usages_t.sum(axis=1), dtype=np.float32).ravel()
        self.pas_x: Simples = np.reciprocal(np.diff(colonnes.usages[0]).astype(np.float32))
        self.pas_y: Simples = np.reciprocal(np.maximum(self.degre, np.float32(1)))

    def equilibrer(self, avant: Point, apres: Point) -> None:
        """Share the step between x and y by how far each has moved (PDLP's primal weight), smoothed."""
        chemin_x = float(np.sqrt(((apres.x - avant.x) ** 2 / self.pas_x).sum()))
        chemin_y = float(np.sqrt(((apres.y - avant.y) ** 2 / self.pas_y).sum()))
        if chemin_x > 0 and chemin_y > 0:
            facteur = np.float32(np.clip(math.sqrt(chemin_y / chemin_x), 0.2, 5.0))
            self.pas_x, self.pas_y = self.pas_x / facteur, self.pas_y * facteur

    def avancer(
        self, point: Point, passes: int, *, depuis: int = 0, fin: float = math.inf
    ) -> tuple[Point, Point]:
        """Return the point reached after `passes` (fewer at `fin`) and the mean of those after `depuis`."""
        x, y = point.x, point.y
        charge = self.usages_t @ x
        somme_x, somme_y, sommes = np.zeros_like(x), np.zeros_like(y), 0
        for passe in range(passes):
            x = np.maximum(x + self.pas_x * (self.valeur - self.usages @ y), 0)
            nouvelle = self.usages_t @ x
            y = np.maximum(y + self.pas_y * (2 * nouvelle - charge - self.capacites), 0)
            charge = nouvelle
            if passe >= depuis:
                somme_x += x
                somme_y += y
                sommes += 1
            if time.monotonic() >= fin:
                break
        diviseur = np.float32(max(1, sommes))
        return Point(x, y), Point(somme_x / diviseur, somme_y / diviseur) if sommes else Point(x, y)


def relacher_par_gradient(
    reserve: Reserve,
    colonnes: Colonnes,
    *,
    duree: float,
    precision: float = 1e-5,
    relances: int | None = None,
    arreter: Callable[[], bool] = lambda: False,
) -> Relache:
    """Approach the relaxation over `colonnes` for `duree` seconds, `relances` restarts, or until its relative
    gain per restart falls under `precision`; the bound holds for the whole `reserve`."""
    fin = time.monotonic() + duree
    gradient = Gradient(colonnes, reserve.capacites.astype(np.float32), colonnes.servis.astype(np.float32))
    point = Point(np.zeros(len(colonnes), np.float32), (gradient.degre > 0).astype(np.float32))
    meilleur = _mesurer(reserve, point)
    for relance in itertools.count():
        if relance == relances or time.monotonic() >= fin or arreter():
            break
        dernier, moyen = gradient.avancer(point, PASSES, fin=fin)
        essais = [(_mesurer(reserve, p), p) for p in (dernier, moyen)]
        relache, suivant = min(essais, key=lambda essai: essai[0].borne)
        gradient.equilibrer(point, suivant)
        point = suivant
        gain = meilleur.borne - relache.borne
        if gain > 0:
            meilleur = relache
        if 0 <= gain < precision * meilleur.borne:
            break
    return meilleur


def _mesurer(reserve: Reserve, point: Point) -> Relache:
    prix = point.y.astype(np.float64)
    return Relache(prix, point.x, reserve.borne(prix))
