"""From a fractional round to a whole one by simplex: take the columns it likes most, solve again, go on.

Each solution starts from the one before and takes a hundredth of a second, so that a whole dive costs less
than one relaxation, and lands within a besoin or two of the bound. Two dives differ by a little noise on
what is liked; a dive that cannot serve the minimum any more stops at once.
"""

import numpy as np

from matching.moteur.tour.controle import Controle
from matching.moteur.tour.graphe import Entiers
from matching.moteur.tour.lineaire import Etat, Point, Relaxe
from matching.moteur.tour.plongee import glouton, occupees

PAS = 0.05  # of the undecided columns, taken at a time
BRUIT = 0.1  # on the shares


def descendre(
    relaxe: Relaxe,
    point: Point,
    etat: Etat,
    *,
    minimum: float,
    hasard: np.random.Generator,
    controle: Controle,
) -> Entiers | None:
    """Return columns that make a round serving at least `minimum`, or None; `point` is where `etat` ends."""
    while len(fractions := point.fractions):
        if controle.presse():
            return None
        etat = relaxe.prendre(etat, _preferees(relaxe, point, fractions, etat, hasard))
        suivant = relaxe.resoudre(etat, controle.reste(), minimum)
        if suivant is None:
            return None
        point = suivant
    return np.flatnonzero(point.parts > 0.5)


def _preferees(
    relaxe: Relaxe, point: Point, fractions: Entiers, etat: Etat, hasard: np.random.Generator
) -> Entiers:
    notes = point.parts[fractions] + BRUIT * hasard.random(len(fractions))
    nombre = max(1, int(PAS * len(fractions)))
    premieres = np.argsort(-notes, kind="stable")[:nombre]
    colonnes = relaxe.colonnes
    deja = occupees(colonnes.choisir(np.flatnonzero(etat.prises)), len(relaxe.capacites))
    libre = relaxe.capacites.astype(np.int64) - deja
    retenues = fractions[premieres]
    return retenues[glouton(colonnes.choisir(retenues), notes[premieres], libre)]
