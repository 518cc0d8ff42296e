"""Between rounds that serve as many, the one whose gifts weigh the most."""

import numpy as np

from matching.moteur.tour.colonnes import Resultat
from matching.moteur.tour.controle import Controle
from matching.moteur.tour.graphe import Graphe, Reels
from matching.moteur.tour.programme import choisir
from matching.moteur.tour.reserve import Colonnes, Reserve

COLONNES_MAX = 30_000  # of each kind: all of them in a small part, the heaviest elsewhere


def departager(reserve: Reserve, resultat: Resultat, controle: Controle) -> Resultat:
    """Return a round that serves as many as `resultat` and weighs at least as much: the most, when the part
    has at most `COLONNES_MAX` columns of each kind and time allows."""
    if not len(resultat.colonnes):
        return resultat
    candidates, _ = reserve.au_dessus(np.zeros(reserve.graphe.sommets), 0, COLONNES_MAX)
    ensemble = resultat.colonnes.et(candidates).sans_doublon()
    choix = choisir(
        ensemble,
        reserve.graphe.sommets,
        duree=controle.reste(),
        valeurs=poids_des_colonnes(reserve.graphe, ensemble),
        depart=np.arange(len(resultat.colonnes)),
        au_moins=resultat.servis,
        graine=controle.graine,
        arreter=controle.arreter,
    )
    return Resultat(ensemble.choisir(choix.indices), resultat.borne)


def poids_des_colonnes(graphe: Graphe, colonnes: Colonnes) -> Reels:
    """Sum the weights of each column's gifts; a circle's last gift closes it, a chain's does not exist."""
    dernieres = colonnes.debuts[1:] - 1
    suivant = np.roll(colonnes.sommets, -1)
    suivant[dernieres] = colonnes.sommets[colonnes.debuts[:-1]]
    existe = np.ones(len(colonnes.sommets), dtype=bool)
    existe[dernieres[colonnes.est_chaine]] = False
    poids = np.zeros(len(colonnes.sommets))
    origine = colonnes.sommets[existe].astype(np.int64)
    poids[existe] = graphe.poids[graphe.numeros(origine, suivant[existe].astype(np.int64))]
    return np.add.reduceat(poids, colonnes.debuts[:-1])
