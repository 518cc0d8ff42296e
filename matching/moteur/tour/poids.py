"""Between rounds that serve as many, the one whose gifts weigh the most; then, whose besoins waited most."""

from dataclasses import replace

import numpy as np

from matching.moteur.tour.colonnes import Resultat, entiere
from matching.moteur.tour.controle import Controle
from matching.moteur.tour.graphe import Graphe, Reels
from matching.moteur.tour.programme import Choix, Plancher, choisir, marge
from matching.moteur.tour.reserve import Colonnes, Reserve

ETAPE = 50_000  # chains kept at each position
COLONNES_MAX = 30_000  # of each kind: all that may take part in a small part, the most promising elsewhere


def departager(reserve: Reserve, resultat: Resultat, controle: Controle) -> Resultat:
    """Return a round that serves as many as `resultat` and does at least as well, level by level.

    A level is proven when the number served is, as the levels before, all the columns that could take part
    in a round serving as many were there (at most `COLONNES_MAX` of each kind), and time allowed.
    """
    niveaux = reserve.graphe.niveaux
    if not len(resultat.colonnes):
        return replace(resultat, prouves=(resultat.est_prouve,) * len(niveaux))
    if controle.presse():
        return replace(resultat, prouves=(False,) * len(niveaux))
    candidates, complet = _candidates(reserve, resultat)
    ensemble = resultat.colonnes.et(candidates).sans_doublon()
    indices = np.arange(len(resultat.colonnes))
    planchers: list[Plancher] = [(ensemble.servis, resultat.servis)]
    prouves: list[bool] = []
    for niveau in niveaux:
        valeurs = somme_des_dons(reserve.graphe, ensemble, niveau)
        prouve = resultat.est_prouve and all(prouves)
        if np.ptp(niveau) > 0:
            choix = choisir(
                ensemble,
                reserve.capacites,
                duree=controle.reste(),
                valeurs=valeurs,
                depart=indices,
                planchers=planchers,
                graine=controle.graine,
                arreter=controle.arreter,
            )
            indices = choix.indices
            prouve = prouve and complet and _est_le_mieux(choix, valeurs)
        prouves.append(prouve)
        planchers.append((valeurs, float(valeurs[indices].sum())))
    return replace(resultat, colonnes=ensemble.choisir(indices), prouves=tuple(prouves))


def _candidates(reserve: Reserve, resultat: Resultat) -> tuple[Colonnes, bool]:
    """Return the columns that a round serving as many may use, and whether that is all of them: with valid
    prices, one that costs more than the gap between their sum and the number served is in none."""
    if resultat.prix is None:
        return reserve.au_dessus(np.zeros(len(reserve.capacites)), 0, COLONNES_MAX)
    prix = reserve.valider(resultat.prix)
    return reserve.au_dessus(prix, resultat.servis - reserve.somme(prix) - 1e-4, COLONNES_MAX, ETAPE)


def _est_le_mieux(choix: Choix, valeurs: Reels) -> bool:
    return choix.est_optimal or (marge(valeurs) > 0.5 and choix.valeur >= entiere(choix.borne))


def somme_des_dons(graphe: Graphe, colonnes: Colonnes, niveau: Reels) -> Reels:
    """Sum what a level says of each column's gifts; a circle's last gift closes it, a chain's does not
    exist."""
    if not len(colonnes):
        return np.zeros(0)
    existe = np.ones(len(colonnes.sommets), dtype=bool)
    dernieres = colonnes.debuts[1:] - 1
    existe[dernieres[colonnes.est_chaine]] = False
    sommes = np.zeros(len(colonnes.sommets))
    sommes[existe] = niveau[colonnes.arcs_de(graphe)[existe]]
    return np.add.reduceat(sommes, colonnes.debuts[:-1])
