"""From an owner's own words to compétences: an index of what owners say, searched by words and by letters.

Each compétence is a document of weighted sentences (title, phrase, sayings, jargon). A query is compared
with the whole document (what is it about?) and with its closest sentence (who said nearly that?), both by
cosine over TF-IDF of stems and of letter trigrams: stems find « photos » from « photographier », letters
survive spelling mistakes and SMS style (Cavnar & Trenkle 1994). No model, no file, no network.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import snowballstemmer

from matching.moteur.mots_vides import MOTS_VIDES

_MOT = re.compile(r"[a-z0-9]+")
POIDS_MOTS = 0.7  # against letters; by holding out one of the tree’s sayings in eight, in turn
POIDS_PHRASE_PROCHE = 0.25  # against the whole document: 0.2–0.3 is the plateau of that measure
SEUIL = 0.13  # under it, no suggestion rather than a wrong one

_racine = snowballstemmer.stemmer("french")

Vecteur = dict[str, float]
K = TypeVar("K", int, str)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A compétence and how close the words are, in [0, 1]."""

    code: str
    score: float


def traits(texte: str) -> Counter[str]:
    """Return the features of a normalised text (lower case, no accents): stems, and `#` letter trigrams."""
    mots = [mot for mot in _MOT.findall(texte) if mot not in MOTS_VIDES and (len(mot) > 1 or mot.isdigit())]
    compte: Counter[str] = Counter(_racine.stemWords(mots))
    for mot in mots:
        borde = f"_{mot}_"
        compte.update("#" + borde[i : i + 3] for i in range(len(borde) - 2))
    return compte


class Index:
    """An inverted index over documents given as weighted, already normalised sentences.

    `documents`: code → [(weight, sentence)…]. Built once; `chercher` allocates nothing shared.
    """

    def __init__(self, documents: Mapping[str, Sequence[tuple[float, str]]]) -> None:
        phrases = [(code, poids, traits(texte)) for code, lot in documents.items() for poids, texte in lot]
        self._codes = [code for code, _, _ in phrases]
        self._poids = self._peser(documents, phrases)
        self._phrases = self._indexer(enumerate(compte for _, _, compte in phrases))
        self._documents = self._indexer(self._fusionner(phrases).items())

    def chercher(self, texte: str, limite: int = 3) -> list[Suggestion]:
        """Return the likeliest compétences, best first; none when nothing is close (`SEUIL`)."""
        requete = self._vecteur(traits(texte))
        if not requete:
            return []
        scores: defaultdict[str, float] = defaultdict(float)
        meilleures: dict[str, float] = {}
        for numero, score in self._cosinus(requete, self._phrases).items():
            code = self._codes[numero]
            meilleures[code] = max(score, meilleures.get(code, 0.0))
        for code, score in meilleures.items():
            scores[code] += POIDS_PHRASE_PROCHE * score
        for code, score in self._cosinus(requete, self._documents).items():
            scores[code] += (1 - POIDS_PHRASE_PROCHE) * score
        rangees = sorted(scores.items(), key=lambda paire: (-paire[1], paire[0]))
        return [Suggestion(code, round(score, 4)) for code, score in rangees[:limite] if score >= SEUIL]

    @staticmethod
    def _peser(
        documents: Mapping[str, object], phrases: Iterable[tuple[str, float, Counter[str]]]
    ) -> Mapping[str, float]:
        """Inverse document frequency over compétences: a word said of all of them tells nothing."""
        presents: defaultdict[str, set[str]] = defaultdict(set)
        for code, _, compte in phrases:
            for trait in compte:
                presents[trait].add(code)
        return {
            trait: math.log((1 + len(documents)) / (1 + len(codes))) + 0.1
            for trait, codes in presents.items()
        }

    @staticmethod
    def _fusionner(phrases: Iterable[tuple[str, float, Counter[str]]]) -> dict[str, dict[str, float]]:
        fusion: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for code, poids, compte in phrases:
            for trait, nombre in compte.items():
                fusion[code][trait] += poids * nombre
        return {code: dict(traits_) for code, traits_ in fusion.items()}

    def _vecteur(self, compte: Mapping[str, float]) -> Vecteur:
        """Return the unit vector: words and letters each normed apart, then mixed."""
        parts: tuple[Vecteur, Vecteur] = ({}, {})
        for trait, nombre in compte.items():
            if trait in self._poids:
                parts[trait.startswith("#")][trait] = (1 + math.log(nombre + 1)) * self._poids[trait]
        vecteur: Vecteur = {}
        for part, poids in zip(parts, (POIDS_MOTS, 1 - POIDS_MOTS), strict=True):
            norme = math.sqrt(sum(v * v for v in part.values()))
            vecteur |= {trait: math.sqrt(poids) * v / norme for trait, v in part.items()}
        return vecteur

    def _indexer(self, comptes: Iterable[tuple[K, Mapping[str, float]]]) -> dict[str, list[tuple[K, float]]]:
        index: defaultdict[str, list[tuple[K, float]]] = defaultdict(list)
        for cle, compte in comptes:
            for trait, valeur in self._vecteur(compte).items():
                index[trait].append((cle, valeur))
        return dict(index)

    @staticmethod
    def _cosinus(requete: Vecteur, index: Mapping[str, list[tuple[K, float]]]) -> dict[K, float]:
        scores: defaultdict[K, float] = defaultdict(float)
        for trait, valeur in requete.items():
            for cle, autre in index.get(trait, ()):
                scores[cle] += valeur * autre
        return scores
