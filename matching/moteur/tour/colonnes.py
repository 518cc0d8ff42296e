"""Column generation by simplex: proves small and middling components, however many circles they hold.

The method of Abraham, Blum and Sandholm (« Clearing Algorithms for Barter Exchange Markets », EC 2007): a
linear program over a few columns gives a price per vertex; the columns worth more than their prices come
in; when none is left the program is solved over all of them. An integer program over the columns kept then
finds a round. If it does not reach the bound, every column that could take part in a better round is known
by its reduced worth, and the integer program over those is exact.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from matching.moteur.tour.affectation import borne_rapide
from matching.moteur.tour.controle import Controle
from matching.moteur.tour.graphe import Entiers, Reels
from matching.moteur.tour.lineaire import Simplex
from matching.moteur.tour.plongee import glouton
from matching.moteur.tour.programme import TOLERANCE, choisir
from matching.moteur.tour.reserve import VIDE, Colonnes, Reserve

CERCLES_DIRECTS = 1_500  # so few that the integer program takes them all at once
PRECISES = 150_000  # columns given to the last, exact program
SEUIL = 1e-7
PART_TOUR = 0.4  # of the time left, kept from the prices for the round itself
ETAPE = 5_000  # chains kept at each position while some are still found so


@dataclass
class Resultat:
    """A round of one component: its columns, how many are served, and the proven bound (an integer).

    `prix`: where the relaxation ended, if there was one. `prouves`: for each of the graph's `niveaux`,
    whether no round that does as well on those before does better."""

    colonnes: Colonnes = field(default_factory=lambda: VIDE)
    borne: float = 0.0
    prix: Reels | None = None
    prouves: tuple[bool, ...] = ()

    @property
    def servis(self) -> float:
        return float(self.colonnes.servis.sum())

    @property
    def est_prouve(self) -> bool:
        return self.servis >= self.borne


@dataclass
class Relaxation:
    """Where column generation ended: `borne` holds for every round; when `exacte`, no column is worth more
    than its `prix` and `valeur` is their sum."""

    prix: Reels
    programme: Colonnes
    valeur: float
    borne: float
    exacte: bool

    @property
    def est_au_plafond(self) -> bool:
        """Its value says no more than the bound: it was left there, some columns perhaps never looked at."""
        return not self.exacte and self.valeur >= self.borne - TOLERANCE


def entiere(borne: float) -> float:
    """Round a bound down: what is served is a whole number. A program stopped at once says infinity."""
    return math.floor(borne + TOLERANCE) if math.isfinite(borne) else borne


def resoudre_par_colonnes(reserve: Reserve, controle: Controle) -> Resultat:
    """Solve one component, to the proven optimum if time allows."""
    if not reserve.chaines.existent and reserve.nombre_cercles <= CERCLES_DIRECTS:
        return _tout_entier(reserve, controle)
    borne, depart = entiere(borne_rapide(reserve.graphe)), _depart(reserve, controle)
    relaxation = engendrer(reserve, _pour_les_prix(controle), borne, depart)
    resultat = _arrondir(reserve, relaxation, controle)
    if not resultat.est_prouve and relaxation.est_au_plafond:
        borne, depart = relaxation.borne, relaxation.programme
        relaxation = engendrer(reserve, _pour_les_prix(controle), borne, depart, au_bout=True)
        resultat = replace(resultat, borne=relaxation.borne)
    if not resultat.est_prouve and relaxation.exacte and not controle.presse():
        resultat = preciser(reserve, relaxation, resultat, controle)
    return resultat


def _pour_les_prix(controle: Controle) -> Controle:
    return replace(controle, fin=controle.fin - PART_TOUR * controle.reste())


def _tout_entier(reserve: Reserve, controle: Controle) -> Resultat:
    cercles, capacites = reserve.cercles, reserve.capacites
    choix = choisir(
        cercles,
        capacites,
        duree=controle.reste(),
        depart=_vite(cercles, reserve, controle),
        graine=controle.graine,
        arreter=controle.arreter,
    )
    borne = min(choix.borne, float(capacites[np.unique(cercles.sommets)].sum()))
    return Resultat(cercles.choisir(choix.indices), entiere(borne))


def _vite(colonnes: Colonnes, reserve: Reserve, controle: Controle) -> Entiers | None:
    """Return a round when there is no time left to look for one."""
    return (
        glouton(colonnes, colonnes.servis, reserve.capacites.astype(np.int64)) if controle.presse() else None
    )


def _depart(reserve: Reserve, controle: Controle) -> Colonnes:
    """A few columns to begin with, spread over the vertices."""
    hasard = np.random.default_rng(controle.graine)
    nombre = 3 * reserve.graphe.sommets
    listes = [
        liste if len(liste) <= nombre else liste[np.sort(hasard.choice(len(liste), nombre, replace=False))]
        for liste in (reserve.deux, reserve.trois)
    ]
    return reserve.reunir(map(reserve.epeler, listes), [])


def engendrer(
    reserve: Reserve, controle: Controle, borne: float, depart: Colonnes, *, au_bout: bool = False
) -> Relaxation:
    """Solve the linear program over all columns, from those of `depart`; `borne` is one already proven.

    It stops where its value says no more than that, unless `au_bout`.
    """
    sommets, capacites = reserve.graphe.sommets, reserve.capacites
    programme = nouvelles = depart
    simplex = Simplex(capacites)
    resultat = Relaxation(np.ones(len(capacites)), programme, 0.0, borne, exacte=False)
    while not controle.presse():
        prix, valeur = np.zeros(len(capacites)), 0.0
        if len(programme):
            simplex.ajouter(nouvelles)
            relache = simplex.resoudre(controle.reste())
            if relache is None:
                break
            prix, valeur = relache
        nouvelles, complet = reserve.au_dessus(prix, SEUIL, 2 * sommets, ETAPE)
        if not len(nouvelles) and not complet:
            nouvelles, complet = reserve.au_dessus(prix, SEUIL, 2 * sommets)
        resultat = Relaxation(
            prix, programme, valeur, min(resultat.borne, entiere(reserve.borne(prix))), exacte=False
        )
        if not len(nouvelles):
            if complet:
                resultat.borne, resultat.exacte = min(resultat.borne, entiere(valeur)), True
            break
        if resultat.est_au_plafond and not au_bout:
            break
        connues = len(programme)
        programme = programme.et(nouvelles).sans_doublon()
        nouvelles = programme.choisir(np.arange(connues, len(programme)))
        resultat.programme = programme
        if len(programme) == connues:  # rounding errors: nothing more to learn
            break
    return resultat


def _arrondir(reserve: Reserve, relaxation: Relaxation, controle: Controle) -> Resultat:
    """Look for a round among the columns generated."""
    programme = relaxation.programme
    choix = choisir(
        programme,
        reserve.capacites,
        duree=controle.reste() / 2,
        depart=_vite(programme, reserve, controle),
        cible=relaxation.borne,
        graine=controle.graine,
        arreter=controle.arreter,
    )
    controle.dire(choix.valeur, relaxation.borne)
    return Resultat(programme.choisir(choix.indices), relaxation.borne, relaxation.prix)


def preciser(reserve: Reserve, relaxation: Relaxation, resultat: Resultat, controle: Controle) -> Resultat:
    """Search every column that a round serving one more could use: the others cost too much."""
    seuil = -(relaxation.valeur - (resultat.servis + 1)) - 1e-4
    utiles, complet = reserve.au_dessus(relaxation.prix, seuil, PRECISES)
    connues = len(resultat.colonnes)
    ensemble = resultat.colonnes.et(utiles).sans_doublon()
    choix = choisir(
        ensemble,
        reserve.capacites,
        duree=controle.reste(),
        depart=np.arange(connues),
        cible=relaxation.borne,
        graine=controle.graine,
        arreter=controle.arreter,
    )
    borne = min(relaxation.borne, entiere(max(choix.borne, choix.valeur))) if complet else relaxation.borne
    return Resultat(ensemble.choisir(choix.indices), borne, relaxation.prix)
