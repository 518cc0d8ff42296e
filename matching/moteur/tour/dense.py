"""Large, dense components: bound by gradient, round by dives.

Simplex needs minutes on the relaxation of a dense market; the gradient needs seconds for a bound within a
few thousandths, proven all the same (`Reserve.borne`). Chains come in as columns between two relaxations,
by price.
"""

import numpy as np

from matching.moteur.tour.affectation import borne_rapide
from matching.moteur.tour.colonnes import Relaxation, Resultat, entiere, preciser
from matching.moteur.tour.controle import Controle
from matching.moteur.tour.graphe import Entiers
from matching.moteur.tour.plongee import Plongeur
from matching.moteur.tour.relaxation import Relache, relacher_par_gradient
from matching.moteur.tour.reserve import Colonnes, Reserve

CERCLES_MAX = (
    1_500_000  # circles held by the gradient; beyond, a sample, then those worth more than their prices
)
PART_BORNE = 0.4  # of the time left, for the bound
TOURNEES = 4  # relaxations when columns must be priced
PLONGEES = 3


def resoudre_dense(reserve: Reserve, controle: Controle) -> Resultat:
    """Return a round of one large component and a proven bound."""
    borne = entiere(borne_rapide(reserve.graphe))
    hasard = np.random.default_rng(controle.graine)
    colonnes, relache = _relacher(reserve, controle, hasard)
    borne = min(borne, entiere(relache.borne))
    controle.dire(0, borne)
    capacites = reserve.capacites.astype(np.int64)
    plongeur = Plongeur(
        colonnes,
        reserve.graphe.sommets,
        capacites,
        relache.prix,
        relache.parts,
        hasard,
        controle.fin,
        controle.arreter,
    )
    servis = colonnes.servis
    tour: Entiers = np.zeros(0, np.int64)
    for _ in range(PLONGEES):
        essai = plongeur.plonger(capacites, passes=60, pas=0.07)
        if servis[essai].sum() > servis[tour].sum():
            tour = essai
            controle.dire(float(servis[tour].sum()), borne)
        if plongeur.presse():
            break
    tour = plongeur.ameliorer(tour, borne, lambda valeur: controle.dire(valeur, borne))
    resultat = Resultat(colonnes.choisir(tour), borne, relache.prix)
    if resultat.est_prouve or controle.presse():
        return resultat
    prix = reserve.valider(relache.prix)
    return preciser(
        reserve, Relaxation(prix, colonnes, reserve.somme(prix), borne, exacte=True), resultat, controle
    )


def _relacher(reserve: Reserve, controle: Controle, hasard: np.random.Generator) -> tuple[Colonnes, Relache]:
    """Relax over all the circles that memory allows, letting in chains and left-out circles by price."""
    duree = controle.reste() * PART_BORNE
    colonnes = _depart(reserve, hasard)
    if not reserve.chaines.existent and len(colonnes) == reserve.nombre_cercles:
        return colonnes, relacher_par_gradient(reserve, colonnes, duree=duree, arreter=controle.arreter)
    borne = float("inf")
    for tournee in range(1, TOURNEES + 1):
        relache = relacher_par_gradient(
            reserve, colonnes, duree=duree / TOURNEES, precision=1e-4, arreter=controle.arreter
        )
        borne = min(borne, relache.borne)
        nouvelles, _ = reserve.au_dessus(relache.prix, 1e-3, 5 * reserve.graphe.sommets)
        if tournee == TOURNEES or not len(nouvelles) or controle.presse():
            break
        colonnes = colonnes.et(nouvelles).sans_doublon()
    return colonnes, Relache(relache.prix, relache.parts, borne)


def _depart(reserve: Reserve, hasard: np.random.Generator) -> Colonnes:
    trois = reserve.trois
    if len(trois) > CERCLES_MAX:
        trois = trois[np.sort(hasard.choice(len(trois), CERCLES_MAX, replace=False))]
    premieres, _ = reserve.chaines.enumerer(
        np.where(np.arange(len(reserve.capacites)) < reserve.graphe.sommets, 0.9, 0.0),
        0,
        2 * reserve.graphe.sommets,
    )
    return reserve.reunir([reserve.epeler(reserve.deux), reserve.epeler(trois)], premieres)
