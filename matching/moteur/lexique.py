"""From a sentence to what it says: words written in full, stems, meanings, and the words side by side.

Texts come here already in lower case and without accents. A trait is a short string whose first letter says
its kind: `m` a stem, `s` a meaning of the thesaurus, `d` the beginning of a word, `c` two words side by side.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from threading import Lock
from typing import NamedTuple

import Stemmer

from matching.moteur.mots_vides import MOTS_VIDES

POIDS_SENS = 1.2  # a meaning tells more than the word that carries it
POIDS_COUPLE = 0.6
POIDS_DEBUT = 0.5
DEBUTS = (4, 6)  # letters: « photogr » meets « photo » where stems differ

NUL: frozenset[str] = frozenset()
_MOT = re.compile(r"[a-z0-9]+")
_ETIRE = re.compile(r"(.)\1{2,}")
_racinier = Stemmer.Stemmer("french")
_un_seul = Lock()  # the stemmer keeps the word it works on in itself: one thread at a time


class Trait(NamedTuple):
    """One thing a sentence says, how loud, and the word or expression it was read in."""

    nom: str
    poids: float
    mot: str


@lru_cache(maxsize=50_000)
def racine(mot: str) -> str:
    with _un_seul:
        return str(_racinier.stemWord(mot))


@lru_cache(maxsize=50_000)
def ecrire_court(mot: str) -> str:
    """« biiiien » is « bien »: no French word has a letter three times in a row."""
    return _ETIRE.sub(r"\1", mot)


def compte(mot: str) -> bool:
    """Whether this word may say something of the subject."""
    return mot not in MOTS_VIDES and (len(mot) > 1 or mot.isdigit())


class Lexique:
    """The thesaurus (`sens`: meaning → words) and the spellings (`graphies`: short → full) of owners.

    Words are separated by spaces, `_` joins those of an expression.
    """

    def __init__(self, sens: Mapping[str, str], graphies: Mapping[str, str]) -> None:
        self._graphies = {court: plein.split("_") for court, plein in graphies.items()}
        self._sens: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        self.vocabulaire: set[str] = set()
        for nom, expressions in sens.items():
            for expression in expressions.split():
                mots = expression.split("_")
                self.vocabulaire.update(mots)
                self._sens[tuple(map(racine, mots))].add(nom)
        longueurs: defaultdict[str, set[int]] = defaultdict(set)
        for racines in self._sens:
            longueurs[racines[0]].add(len(racines))
        self._longueurs = {debut: sorted(possibles) for debut, possibles in longueurs.items()}

    def mots(self, texte: str) -> list[str]:
        """Return the words, each written in full: « g pa dordi » keeps what no rule knows."""
        ecrits = map(ecrire_court, _MOT.findall(texte))
        return [mot for ecrit in ecrits for mot in self._graphies.get(ecrit, (ecrit,))]

    def traits(self, mots: Sequence[str]) -> list[Trait]:
        """Return what these words say; a meaning is said once, however many words carry it."""
        utiles = [(mot, racine(mot)) for mot in mots if compte(mot)]
        traits = [Trait("m" + tige, 1.0, mot) for mot, tige in utiles]
        traits += self._lire_sens(mots)
        traits += [
            Trait("d" + mot[:n], POIDS_DEBUT, mot) for mot, _ in utiles for n in DEBUTS if len(mot) >= n
        ]
        traits += [
            Trait(f"c{tige} {suite}", POIDS_COUPLE, f"{mot} {suivant}")
            for (mot, tige), (suivant, suite) in pairwise(utiles)
        ]
        return traits

    def _lire_sens(self, mots: Sequence[str]) -> Iterator[Trait]:
        """The longest expressions first: a meaning is told by the words that say it best."""
        racines = [racine(mot) for mot in mots]
        places = [(-n, i) for i, mot in enumerate(racines) for n in self._longueurs.get(mot, ())]
        dits: set[str] = set()
        for moins_longueur, debut in sorted(places):
            fin = debut - moins_longueur
            if fin > len(mots) or (moins_longueur == -1 and not compte(mots[debut])):
                continue
            nouveaux = self._sens.get(tuple(racines[debut:fin]), NUL) - dits
            if nouveaux:
                dits |= nouveaux
                expression = " ".join(mots[debut:fin])
                yield from (Trait("s" + nom, POIDS_SENS, expression) for nom in sorted(nouveaux))
