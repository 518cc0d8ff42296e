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
from matching.moteur.tour.plongee import PROCHE, Plongeur
from matching.moteur.tour.relaxation import Relache, relacher_par_gradient
from matching.moteur.tour.reserve import Colonnes, Reserve

CERCLES_MAX = (
    1_500_000  # circles held by the gradient; beyond, a sample, then those worth more than their prices
)
PART_BORNE = 0.4  # of the time left, for the bound
UTILE = 0.1  # what a column may cost above what it serves and still be worth a place
RELANCES = 5  # then it oscillates: a start needs no better
TOURNEES = 4  # relaxations when columns must be priced
PLONGEES = 3


def resoudre_dense(reserve: Reserve, controle: Controle) -> Resultat:
    """Return a round of one large component and a proven bound."""
    resultat = plonger_par_gradient(reserve, controle)
    if resultat.est_prouve or resultat.prix is None or controle.presse():
        return resultat
    prix = reserve.valider(resultat.prix)
    relaxation = Relaxation(prix, resultat.colonnes, reserve.somme(prix), resultat.borne, exacte=True)
    return preciser(reserve, relaxation, resultat, controle)


def plonger_par_gradient(reserve: Reserve, controle: Controle, *, proche: float = PROCHE) -> Resultat:
    """Return a round, a proven bound and the prices where the gradient ended; see `Plongeur.ameliorer` for
    `proche`."""
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
        if plongeur.presse() or servis[tour].sum() >= borne:
            break
    tour = plongeur.ameliorer(tour, borne, lambda valeur: controle.dire(valeur, borne), proche)
    return Resultat(colonnes.choisir(tour), borne, relache.prix)


def depart_du_gradient(reserve: Reserve, controle: Controle, hasard: np.random.Generator) -> Colonnes:
    """Return the columns that matter to the relaxation, as far as a few hundred passes can tell."""
    colonnes = _depart(reserve, hasard)
    relache = relacher_par_gradient(
        reserve,
        colonnes,
        duree=controle.reste() / 4,
        precision=1e-3,
        relances=RELANCES,
        arreter=controle.arreter,
    )
    return colonnes.choisir(np.flatnonzero(colonnes.reduits(relache.prix) > -UTILE))


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
