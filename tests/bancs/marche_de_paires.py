"""Synthetic markets of companies with one to three besoins and as many savoir-faire."""

import numpy as np

from matching.moteur.tour.marche import Marche
from tests.bancs.marche_synthetique import DENSE, Profil, creer_marche


def creer_marche_de_paires(paires: int, graine: int, *, profil: Profil = DENSE, donneuses: int = 0) -> Marche:
    """Return about `paires` / 2 companies: the vertices of `creer_marche`, taken one, two or three at a time.

    Capacities go from 1 to 3, places from 1 to 5, waiting from 0 to 60 days, scores from 0.3 to 1;
    `donneuses` more companies only give, one in each compétence met at random.
    """
    graphe = creer_marche(paires, graine, profil=profil)
    hasard = np.random.default_rng(graine)
    entreprise = np.cumsum(hasard.random(paires) < 0.5)  # whether a pair opens a new company
    donneuse = np.zeros(paires, dtype=bool)
    donneuse[hasard.choice(paires, donneuses, replace=False)] = True
    entreprise[donneuse] = paires + np.arange(donneuses)
    identifiants = np.unique(entreprise)
    gardes = entreprise[graphe.origine] != entreprise[graphe.arrivee]
    gardes &= ~donneuse[graphe.arrivee]
    scores = hasard.uniform(0.3, 1.0, len(graphe.origine))
    capacites = hasard.integers(1, 4, len(identifiants))
    places, attentes = hasard.integers(1, 6, paires), hasard.integers(0, 61, paires)
    return Marche.construire(
        entreprises=zip(identifiants, capacites, identifiants >= paires, strict=True),
        besoins=zip(np.flatnonzero(~donneuse), entreprise[~donneuse], attentes[~donneuse], strict=True),
        savoir_faire=zip(range(paires), entreprise, places, strict=True),
        aretes=zip(graphe.arrivee[gardes], graphe.origine[gardes], scores[gardes], strict=True),
    )
