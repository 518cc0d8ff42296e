"""Is this text any of our business? How surely it is read, from five signs that anyone can check.

A text of unknown words speaks a little of everything, and a long one says less of each thing: no single share
separates them. The five weights are a logistic regression over signs, fitted on the sentences kept for that
(`bin/bench suggestions --regler`, docs/adr/0008), never on those that measure.
"""

import math
from dataclasses import dataclass

POIDS = (
    1.52,
    4.44,
    3.69,
    -1.6,
    3.24,
)  # the fit says -2.3 of mended words: the sentences it reads are well spelt
SEUIL = 15.7  # below, nothing is suggested: 7 % of the off-topic sentences of the fitting half pass it
RIEN = 0.01  # keeps logarithms finite


@dataclass(frozen=True, slots=True)
class Signes:
    """What a text shows: `sujet` and `hors_sujet`, the shares of its sense; then, of its useful `mots`, the
    weight of those known and the parts that had to be mended, and that speak for the likeliest compétence.
    """

    sujet: float
    hors_sujet: float
    mots: int
    connus: float
    repares: float
    parlants: float

    def vecteur(self) -> tuple[float, ...]:
        cote = math.log((self.sujet + RIEN) / (self.hors_sujet + RIEN))
        return cote, math.log1p(self.mots), self.connus, self.repares, self.parlants

    def note(self) -> float:
        return sum(poids * signe for poids, signe in zip(POIDS, self.vecteur(), strict=True))

    def suffisent(self) -> bool:
        return self.connus > 0 and self.note() >= SEUIL
