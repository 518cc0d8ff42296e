"""Learn, from labelled sentences, how much each trait speaks for each class: multinomial logistic regression.

Chosen by measurement over centroids, nearest sentences and ridge (docs/adr/0008). A dozen steps of Nesterov’s
accelerated gradient rank as well as a converged quasi-Newton run, in a tenth of its time and memory.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

Reels = npt.NDArray[np.float32]
Entiers = npt.NDArray[np.int64]

PAS = 12
VITESSE = (
    0.02  # of a step; the more sentences, the shorter it must be: at 0.05 ten thousand of them overshoot
)
RETENUE = 1.0  # ridge penalty
CONTRASTE = 5.0  # unit sentences are short: what a perfect match weighs in the exponent


def apprendre(phrases: sp.csr_matrix, classes: Entiers, poids: Reels, nombre: int) -> Reels:
    """Return the weights (traits × `nombre` classes) of the sentences' traits.

    `phrases`: one unit row each; `classes`: the class of each row; `poids`: how much each row counts.
    """
    lignes = np.arange(len(classes))
    transposee = phrases.T.tocsr()
    acquis: Reels = np.zeros((phrases.shape[1], nombre), dtype=np.float32)
    elan = acquis
    for pas in range(PAS):
        erreurs = probabilites(phrases @ elan)
        erreurs[lignes, classes] -= 1
        erreurs *= poids[:, None]
        suite = elan - VITESSE * (CONTRASTE * (transposee @ erreurs) + RETENUE * elan)
        elan = suite + pas / (pas + 3) * (suite - acquis)
        acquis = suite
    return acquis


def probabilites(voix: Reels) -> Reels:
    """Return the share of each class (rows sum to 1) from the voices of the traits."""
    parts: Reels = np.exp(CONTRASTE * (voix - voix.max(axis=1, keepdims=True)))
    parts /= parts.sum(axis=1, keepdims=True)
    return parts
