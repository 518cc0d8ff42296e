"""From an owner's own words to compétences, and from one listing's words to another's.

A model is learnt, when it is loaded, from what owners say in the tree: each sentence votes for its compétence
through its traits (`lexique`), a regression weighs the traits (`regression`), unknown words are mended first
(`orthographe`). A sentence reads as a share of each compétence; two texts are close when they read alike, or
share rare words. One more class, « hors sujet », takes what is none of our business. No file, no network.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from math import log
from zlib import crc32

import numpy as np
import scipy.sparse as sp

from matching.moteur.lexique import Lexique, Trait, compte, racine
from matching.moteur.orthographe import Correcteur
from matching.moteur.regression import Reels, apprendre, probabilites
from matching.moteur.sujet import Signes

MEILLEURES = 3  # a sentence may well speak of three close compétences
POIDS_HORS_SUJET = 0.5  # of a sentence that is none of our business: they are many, and of everything
POIDS_INCONNU = 0.7  # what a word that nobody knows, even mended, takes from what the others say
PART_CORRIGE = 0.5  # of an unknown word: a mended word may have been another
POIDS_VOISINE = 0.1  # a compétence close in the tree, against the same one
POIDS_MOTS = 0.6  # words in common, against reading alike
CASES_INCONNUS = 4_096  # unknown words are told apart by their stem’s hash: two texts may share one
PHRASES_GARDEES = 500  # those that are read alone, with what was read
TEXTES_GARDES = 5_000  # the listings of a busy neighbourhood are read once

Ligne = tuple[tuple[int, ...], tuple[float, ...]]
Phrases = Mapping[str, Sequence[tuple[float, str]]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A compétence and the share of the sentence that speaks of it, in [0, 1]."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Lecture:
    """Texts as the model reads them.

    `parts`: texts × compétences; what a row misses from 1 is off topic. `traits`: unit rows.
    """

    parts: Reels
    traits: sp.csr_matrix


class Modele:
    """Learns from `documents` (code → weighted, already normalised sentences); reading is thread-safe.

    `voisines`: pairs of close compétences. `hors_sujet`: sentences that are none of our business.
    """

    def __init__(
        self,
        documents: Phrases,
        *,
        lexique: Lexique,
        voisines: Iterable[tuple[str, str]] = (),
        hors_sujet: Sequence[str] = (),
    ) -> None:
        self.codes = list(documents)
        self._rang = {code: rang for rang, code in enumerate(self.codes)}
        self._lexique = lexique
        phrases = [(self._rang[code], *phrase) for code, lot in documents.items() for phrase in lot]
        phrases += [(len(self.codes), POIDS_HORS_SUJET, texte) for texte in hors_sujet]
        mots = [self._lexique.mots(texte) for _, _, texte in phrases]
        self._correcteur = Correcteur(self._compter_mots(mots))
        traits = [self._lexique.traits(lot) for lot in mots]
        classes = [classe for classe, _, _ in phrases]
        self._numeros, self._raretes = self._peser(classes, traits)
        self._inconnu = POIDS_INCONNU**0.5 * max(self._raretes, default=0.0)
        self._lire_ligne = lru_cache(maxsize=TEXTES_GARDES)(self._vectoriser)
        self._lire_seul = lru_cache(maxsize=PHRASES_GARDEES)(lambda texte: self._lire([texte]))
        self._poids = apprendre(
            self._matrice([self._valoriser(lot) for lot in traits])[:, : len(self._numeros)],
            np.asarray(classes, dtype=np.int64),
            np.asarray([poids for _, poids, _ in phrases], dtype=np.float32),
            len(self.codes) + 1,
        )
        self._voisinage = self._relier(voisines)

    def lire(self, textes: Sequence[str]) -> Lecture:
        """Read normalised texts; one that says nothing reads as nothing at all.

        A sentence is read alone four times in a search: once is enough, and nobody writes in what is read.
        """
        return self._lire_seul(textes[0]) if len(textes) == 1 else self._lire(textes)

    def _lire(self, textes: Sequence[str]) -> Lecture:
        traits = self._matrice([self._lire_ligne(texte) for texte in textes])
        connus = traits[:, : len(self._poids)]
        parts = probabilites(np.asarray(connus @ self._poids))[:, : len(self.codes)]
        parts[np.diff(connus.indptr) == 0] = 0
        parts.setflags(write=False)
        return Lecture(parts, traits)

    def chercher(self, texte: str, limite: int = 3) -> list[Suggestion]:
        """Return the likeliest compétences, best first; none when the text is not surely our business."""
        lecture = self.lire([texte])
        if not self._signes(texte, lecture).suffisent():
            return []
        parts = lecture.parts[0]
        ordre = np.argsort(-parts, kind="stable")
        return [Suggestion(self.codes[i], round(float(parts[i]), 4)) for i in ordre[:limite] if parts[i] > 0]

    def signes(self, texte: str) -> Signes:
        """Return what shows that a normalised text is our business or not."""
        return self._signes(texte, self.lire([texte]))

    def choisir(self, textes: Sequence[str], codes: Sequence[str], confiance: float) -> Lecture:
        """Read texts whose compétence someone chose: `confiance` in the choice, the rest in the words."""
        lecture = self.lire(textes)
        parts = lecture.parts * (1 - confiance)
        for ligne, code in enumerate(codes):
            if code in self._rang:
                parts[ligne, self._rang[code]] += confiance
        return Lecture(parts, lecture.traits)

    def rapprocher(self, demande: Lecture, offres: Lecture) -> Reels:
        """Return how close one text is to others, in [0, 1]: reading alike, then words in common.

        Reading alike counts for as much of the text as is not off topic. No product of full matrices: theirs
        would wake a thread for each processor, and wait for them all, longer than these few numbers take.
        """
        voisine = self._voisinage @ demande.parts[0]
        propres = np.einsum("ij,ij->i", (self._voisinage @ offres.parts.T).T, offres.parts)
        normes = np.sqrt(propres * (voisine * demande.parts[0]).sum())
        communs = np.einsum("ij,j->i", offres.parts, voisine)
        sujet = demande.parts[0].sum() * communs / np.maximum(normes, 1e-9)
        mots = np.asarray((offres.traits @ demande.traits.T).todense()).ravel()
        proches: Reels = ((sujet + POIDS_MOTS * mots) / (1 + POIDS_MOTS)).astype(np.float32)
        return proches

    def expliquer(self, texte: str, code: str) -> list[str]:
        """Return the words that speak most for this compétence, loudest first; none if it is not known."""
        if code not in self._rang:
            return []
        colonne = self._poids[:, self._rang[code]]
        voix: defaultdict[str, float] = defaultdict(float)
        for trait in self._lexique.traits(self._mots(texte)[0]):
            numero = self._numeros.get(trait.nom)
            if numero is not None:
                voix[trait.mot] += trait.poids * self._raretes[numero] * float(colonne[numero])
        ordre = sorted(voix, key=lambda mot: (-voix[mot], mot))
        return [mot for mot in ordre if voix[mot] > 0 and " " not in mot]

    def _signes(self, texte: str, lecture: Lecture) -> Signes:
        parts = lecture.parts[0]
        mots, repares = self._mots(texte)
        utiles = sum(map(compte, mots))
        connus = lecture.traits[:, : len(self._poids)]
        parlants = self.expliquer(texte, self.codes[int(parts.argmax())])
        return Signes(
            sujet=float(np.sort(parts)[-MEILLEURES:].sum()),
            hors_sujet=1 - float(parts.sum()),
            mots=utiles,
            connus=float(connus.multiply(connus).sum()),
            repares=repares / max(utiles, 1),
            parlants=len(parlants) / max(utiles, 1),
        )

    def _mots(self, texte: str) -> tuple[list[str], int]:
        """Return the words, mended, and how many had to be: another form of a known word is no mistake."""
        ecrits = self._lexique.mots(texte)
        mots = [self._correcteur.corriger(mot) if compte(mot) else mot for mot in ecrits]
        return mots, sum(racine(mot) != racine(ecrit) for mot, ecrit in zip(mots, ecrits, strict=True))

    def _compter_mots(self, phrases: Iterable[Sequence[str]]) -> Counter[str]:
        frequences = Counter(chain.from_iterable(phrases))
        frequences.update(self._lexique.vocabulaire)
        return frequences

    def _peser(
        self, classes: Sequence[int], phrases: Sequence[Sequence[Trait]]
    ) -> tuple[dict[str, int], list[float]]:
        """Number the traits worth keeping, and weigh them: what is said of every compétence tells nothing.

        A beginning or a couple met once only would be learnt by heart.
        """
        presents: defaultdict[str, set[int]] = defaultdict(set)
        fois: Counter[str] = Counter()
        for classe, traits in zip(classes, phrases, strict=True):
            noms = {trait.nom for trait in traits}
            fois.update(noms)
            for nom in noms:
                presents[nom].add(classe)
        gardes = [nom for nom in presents if fois[nom] > 1 or nom[0] in "ms"]
        raretes = [log((2 + len(self.codes)) / len(presents[nom])) for nom in gardes]
        return {nom: numero for numero, nom in enumerate(gardes)}, raretes

    def _vectoriser(self, texte: str) -> Ligne:
        mots, corriges = self._mots(texte)
        return self._valoriser(self._lexique.traits(mots), corriges)

    def _valoriser(self, traits: Iterable[Trait], corriges: int = 0) -> Ligne:
        """Return the numbers of the traits and their values, of unit norm with the unknown words."""
        valeurs: defaultdict[int, float] = defaultdict(float)
        for trait in traits:
            numero = self._numeros.get(trait.nom)
            if numero is not None:
                valeurs[numero] += trait.poids * self._raretes[numero]
            elif trait.nom[0] == "m":
                valeurs[len(self._numeros) + crc32(trait.nom.encode()) % CASES_INCONNUS] += self._inconnu
        norme = (sum(v * v for v in valeurs.values()) + corriges * (PART_CORRIGE * self._inconnu) ** 2) ** 0.5
        return tuple(valeurs), tuple(valeur / norme for valeur in valeurs.values())

    def _matrice(self, lignes: Sequence[Ligne]) -> sp.csr_matrix:
        bornes = np.cumsum([0, *(len(indices) for indices, _ in lignes)])
        indices = np.fromiter((i for ligne, _ in lignes for i in ligne), np.int32, bornes[-1])
        valeurs = np.fromiter((v for _, ligne in lignes for v in ligne), np.float32, bornes[-1])
        return sp.csr_matrix(
            (valeurs, indices, bornes), shape=(len(lignes), len(self._numeros) + CASES_INCONNUS)
        )

    def _relier(self, voisines: Iterable[tuple[str, str]]) -> sp.csr_matrix:
        """Return the closeness of compétences: symmetric, nearly all of it zero."""
        liens: Reels = np.eye(len(self.codes), dtype=np.float32)
        for une, autre in voisines:
            if une in self._rang and autre in self._rang:
                liens[self._rang[une], self._rang[autre]] = POIDS_VOISINE
                liens[self._rang[autre], self._rang[une]] = POIDS_VOISINE
        return sp.csr_matrix(liens)
