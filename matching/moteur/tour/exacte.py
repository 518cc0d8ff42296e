"""Middling and large parts, as long as simplex can hold their relaxation: the exact bound, dives, a proof.

The gradient of `relaxation.py` says in a tenth of a second which circles matter; column generation from
those ends the relaxation. Dives by simplex give a round within a besoin or two of the bound. What could
serve more is then known by its reduced worth, and `ramification.py` answers « is there a round that serves
as many as the bound? »: yes ends it, no lowers the bound by one.
"""

from dataclasses import dataclass, replace

import numpy as np

from matching.moteur.tour.affectation import borne_rapide
from matching.moteur.tour.colonnes import (
    PART_TOUR,
    PRECISES,
    Relaxation,
    Resultat,
    engendrer,
    entiere,
)
from matching.moteur.tour.controle import Controle
from matching.moteur.tour.dense import UTILE, depart_du_gradient, plonger_par_gradient, resoudre_dense
from matching.moteur.tour.descente import descendre
from matching.moteur.tour.graphe import Reels
from matching.moteur.tour.lineaire import Etat, Relaxe
from matching.moteur.tour.plongee import glouton
from matching.moteur.tour.programme import TOLERANCE
from matching.moteur.tour.ramification import Recherche
from matching.moteur.tour.reprise import Reprise
from matching.moteur.tour.reserve import Colonnes, Reserve

CERCLES_SIMPLEX = 50_000  # circles beyond which the relaxation takes simplex and interior point too long
RICHE = 4  # circles per sommet from which dives by gradient find in a second what simplex finds in ten
PART_GRADIENT = 0.3  # of the time left
DESCENTES = 3
PROMETTEUSES = 10_000  # columns of each kind given to the dives
MARGE = 1.0  # a dive may take columns worth this much less than their prices
PATIENCE = 30  # neighbourhoods without anything better, before a proof is tried
NOEUDS = 16  # of a proof, before the round is taken up again


def resoudre_exacte(reserve: Reserve, controle: Controle) -> Resultat:
    """Solve one large part, to the proven optimum if time allows."""
    if reserve.nombre_cercles > CERCLES_SIMPLEX:
        return resoudre_dense(reserve, controle)
    hasard = np.random.default_rng(controle.graine)
    connu = Resultat(borne=entiere(borne_rapide(reserve.graphe)))
    if reserve.nombre_cercles > RICHE * reserve.graphe.sommets:
        connu = plonger_par_gradient(reserve, _une_part(controle, PART_GRADIENT), proche=np.inf)
        if connu.est_prouve or controle.presse():
            return connu
    relaxation = _relacher(reserve, connu, _une_part(controle, 1 - PART_TOUR), hasard)
    if not relaxation.valeur:  # not even once
        dense = resoudre_dense(reserve, controle)
        return replace(max(connu, dense, key=lambda r: r.servis), borne=min(connu.borne, dense.borne))
    prix = reserve.valider(relaxation.prix)
    resultat = _plonger(reserve, replace(relaxation, prix=prix), connu, controle, hasard)
    reprise, preuve = Reprise(reserve, prix, hasard, controle), Preuve(reserve, prix, controle)
    while not resultat.est_prouve and not controle.presse():
        resultat = preuve.avancer(reprise.ameliorer(resultat, PATIENCE))
    return resultat


def _une_part(controle: Controle, part: float) -> Controle:
    return replace(controle, fin=controle.fin - (1 - part) * controle.reste())


def _relacher(
    reserve: Reserve, connu: Resultat, controle: Controle, hasard: np.random.Generator
) -> Relaxation:
    depart = (
        depart_du_gradient(reserve, controle, hasard)
        if connu.prix is None
        else reserve.au_dessus(connu.prix, -UTILE, CERCLES_SIMPLEX)[0]
    )
    return engendrer(reserve, controle, connu.borne, depart)


def _plonger(
    reserve: Reserve, relaxation: Relaxation, connu: Resultat, controle: Controle, hasard: np.random.Generator
) -> Resultat:
    """Dive until the bound is reached or `DESCENTES` times; each dive must serve more than those before."""
    programme, prix = relaxation.programme, relaxation.prix
    vite = programme.choisir(glouton(programme, programme.reduits(prix), reserve.capacites.astype(np.int64)))
    premier = vite if vite.servis.sum() > connu.servis else connu.colonnes
    resultat = Resultat(premier, relaxation.borne, prix)
    colonnes, _ = reserve.au_dessus(prix, -MARGE, PROMETTEUSES)
    relaxe, libre = Relaxe(colonnes, reserve.capacites), Etat.libre(len(colonnes))
    point = relaxe.resoudre(libre, controle.reste())
    if point is None:
        return resultat
    base = relaxe.highs.getBasis()
    for _ in range(DESCENTES):
        essai = descendre(relaxe, point, libre, minimum=resultat.servis + 1, hasard=hasard, controle=controle)
        if essai is not None:
            resultat = replace(resultat, colonnes=colonnes.choisir(essai))
            controle.dire(resultat.servis, resultat.borne)
        if resultat.est_prouve or controle.presse():
            break
        relaxe.highs.setBasis(base)
    return resultat


@dataclass
class Preuve:
    """Asks for the bound; when no round reaches it, for one less; until what is served is the bound."""

    reserve: Reserve
    prix: Reels
    controle: Controle
    _question: tuple[Recherche, Colonnes, bool] | None = None

    def avancer(self, resultat: Resultat) -> Resultat:
        """Return the same round or a better one, with a bound that `NOEUDS` nodes may have lowered."""
        if resultat.est_prouve or self.controle.presse():
            return resultat
        recherche, colonnes, complet = self._question or self._demander(resultat)
        self._question = recherche.chercher(NOEUDS), colonnes, complet
        if recherche.trouve is not None:
            resultat = replace(resultat, colonnes=colonnes.choisir(recherche.trouve))
        elif recherche.fini and complet:
            self._question = None
            resultat = replace(resultat, borne=resultat.borne - 1)
        self.controle.dire(resultat.servis, resultat.borne)
        return resultat

    def _demander(self, resultat: Resultat) -> tuple[Recherche, Colonnes, bool]:
        """Put together what a round that reaches the bound may use: the other columns cost too much."""
        marge = self.reserve.somme(self.prix) - resultat.borne
        colonnes, complet = self.reserve.au_dessus(self.prix, -marge - TOLERANCE, PRECISES)
        return (
            Recherche(Relaxe(colonnes, self.reserve.capacites), resultat.borne, self.controle),
            colonnes,
            complet,
        )
