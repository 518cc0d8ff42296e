"""A round is taken up again where it loses something: undo a neighbourhood, solve it, keep what is better.

With exact prices one knows where a round loses: on the rows left over that had a price, and on the columns
that cost more than they serve. A neighbourhood grows from two such places, from circle to circle, until it
holds half of the round or more (large neighbourhood search, Shaw 1998). Its relaxation says in a hundredth
of a second whether anything better is in there; only then is it dived into.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matching.moteur.tour.colonnes import Resultat
from matching.moteur.tour.controle import Controle
from matching.moteur.tour.descente import descendre
from matching.moteur.tour.graphe import Entiers, Reels
from matching.moteur.tour.lineaire import Etat, Relaxe
from matching.moteur.tour.plongee import occupees
from matching.moteur.tour.programme import TOLERANCE
from matching.moteur.tour.reserve import Colonnes, Reserve

PARTS = (0.5, 0.7, 0.8)  # of the round, undone
UTILES = 15_000  # columns of each kind that may come in
LIEUX = 2  # where a neighbourhood starts from

Lignes = NDArray[np.bool_]


@dataclass
class Reprise:
    """Improves rounds of `reserve`; `prix` are valid for it (see `Reserve.valider`)."""

    reserve: Reserve
    prix: Reels
    hasard: np.random.Generator
    controle: Controle

    def ameliorer(self, resultat: Resultat, patience: int) -> Resultat:
        """Return a round at least as good: proven, or `patience` neighbourhoods hold nothing better."""
        while not resultat.est_prouve and not self.controle.presse():
            meilleur = self._chercher(resultat, patience)
            if meilleur is None:
                break
            resultat = meilleur
            self.controle.dire(resultat.servis, resultat.borne)
        return resultat

    def _chercher(self, resultat: Resultat, patience: int) -> Resultat | None:
        """Return a better round, out of the columns that one may use: the others cost too much."""
        vise = resultat.servis + 1
        perte = self.reserve.somme(self.prix) - vise
        utiles, _ = self.reserve.au_dessus(self.prix, -perte - TOLERANCE, UTILES)
        colonnes = resultat.colonnes.et(utiles).sans_doublon()
        tour = np.arange(len(resultat.colonnes))
        voisins = _Voisins(colonnes, len(self.reserve.capacites))
        pertes = _pertes(colonnes, tour, self.prix, self.reserve.capacites)
        relaxe, libre = Relaxe(colonnes, self.reserve.capacites), Etat.libre(len(colonnes))
        if relaxe.resoudre(libre, self.controle.reste(), vise) is None:
            return None
        base = relaxe.highs.getBasis()
        for _ in range(patience):
            if self.controle.presse():
                break
            defaits = self._defaire(voisins, tour, pertes)
            etat = relaxe.prendre(libre, tour[~defaits])
            point = relaxe.resoudre(etat, self.controle.reste(), vise)
            if point is not None:
                essai = descendre(
                    relaxe, point, etat, minimum=vise, hasard=self.hasard, controle=self.controle
                )
                if essai is not None:
                    return replace(resultat, colonnes=colonnes.choisir(essai))
            relaxe.highs.setBasis(base)
        return None

    def _defaire(self, voisins: "_Voisins", tour: Entiers, pertes: Reels) -> Lignes:
        """Return which columns of the round to undo, around places where it loses."""
        lieux = np.flatnonzero(pertes > TOLERANCE)
        if len(lieux) > LIEUX:
            chances = pertes[lieux] / pertes[lieux].sum()
            lieux = self.hasard.choice(lieux, LIEUX, p=chances)
        nombre = int(self.hasard.choice(PARTS) * len(tour))
        return voisins.croitre(tour, lieux, nombre, self.hasard)


def _pertes(colonnes: Colonnes, tour: Entiers, prix: Reels, capacites: Reels) -> Reels:
    """Return, for each row, what the round loses there."""
    prises = colonnes.choisir(tour)
    pertes = prix * (capacites - occupees(prises, len(prix)))
    debuts, lignes = prises.usages
    if len(prises):
        np.add.at(pertes, lignes, np.repeat(np.maximum(0, -prises.reduits(prix)), np.diff(debuts)))
    return pertes


class _Voisins:
    """Which columns meet: on which rows."""

    def __init__(self, colonnes: Colonnes, lignes: int) -> None:
        self.usages: sp.csr_matrix = colonnes.matrice(lignes)
        self.usages_t = self.usages.T.tocsr()

    def croitre(self, tour: Entiers, lieux: Entiers, nombre: int, hasard: np.random.Generator) -> Lignes:
        """Return which columns of the round are the `nombre` first met from these rows, circle by circle."""
        du_tour = self.usages[tour]
        du_tour_t = du_tour.T.tocsr()
        lignes = np.zeros(self.usages.shape[1], np.float32)
        lignes[lieux] = 1
        atteints = np.zeros(len(tour), dtype=bool)
        while True:
            lignes = self._toucher(lignes)
            suivants = (du_tour @ lignes) > 0
            if suivants.sum() >= nombre or suivants.sum() == atteints.sum():
                derniers = np.flatnonzero(suivants & ~atteints)
                place = max(0, nombre - int(atteints.sum()))
                atteints[hasard.permutation(derniers)[:place]] = True
                return atteints
            atteints = suivants
            lignes = np.maximum(lignes, ((du_tour_t @ atteints.astype(np.float32)) > 0).astype(np.float32))

    def _toucher(self, lignes: NDArray[np.float32]) -> NDArray[np.float32]:
        colonnes = ((self.usages @ lignes) > 0).astype(np.float32)
        touchees: NDArray[np.float32] = ((self.usages_t @ colonnes) > 0).astype(np.float32)
        return touchees
