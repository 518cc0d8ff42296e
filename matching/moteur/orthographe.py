"""Mend the words nobody knows: by how they sound, then by the letter that is missing, doubled or wrong.

A closed vocabulary (what owners say in the tree, the thesaurus) makes it safe: a word already known is never
touched. Candidates at one deletion from both sides (Garbe’s symmetric deletes), so a look-up is a few reads.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

LETTRES_MIN = 4  # shorter words have too many neighbours
LETTRES_DEUX_FAUTES = 9  # from this length two slips may be forgiven

_SONS = [
    (re.compile(motif), son)
    for motif, son in (
        (r"ph", "f"),
        (r"qu|ck|k|q|c(?=[aoulrt])", "k"),
        (r"c(?=[eiy])|ss|z", "s"),
        (r"g(?=[eiy])", "j"),
        (r"eau|au", "o"),
        (r"ai|ei|er$|ez$|et$|ee$|es$", "e"),
        (r"y", "i"),
        (r"h", ""),
        (r"[ea]n(?=[^aeiou]|$)|[ea]m(?=[bp])", "an"),
        (r"(.)\1", r"\1"),
        (r"[estxd]+$", ""),
    )
]


def son(mot: str) -> str:
    """Return a rough key of how a French word sounds: « fotto » and « photos » share one."""
    for motif, remplacement in _SONS:
        mot = motif.sub(remplacement, mot)
    return mot


class Correcteur:
    """Finds the known word behind an unknown one; `frequences`: how often each known word is said."""

    def __init__(self, frequences: Mapping[str, int]) -> None:
        self._frequences = frequences
        self._par_son: dict[str, str] = {}
        self._par_manque: defaultdict[str, list[str]] = defaultdict(list)
        for mot in sorted(frequences, key=lambda mot: (-frequences[mot], mot)):
            if len(mot) >= LETTRES_MIN and not mot.isdigit():
                self._par_son.setdefault(son(mot), mot)
                for manque in _manques(mot):
                    self._par_manque[manque].append(mot)

    def corriger(self, mot: str) -> str:
        """Return the known word meant, or the word itself when nothing is near enough."""
        if mot in self._frequences or len(mot) < LETTRES_MIN or any(lettre.isdigit() for lettre in mot):
            return mot
        entendu = self._par_son.get(son(mot))
        if entendu and entendu[0] == mot[0]:
            return entendu
        proches = self._proches(_manques(mot))
        if not proches and len(mot) >= LETTRES_DEUX_FAUTES:
            proches = self._proches({deux for un in _manques(mot) for deux in _manques(un)})
        return self._choisir(mot, proches) or entendu or mot

    def _proches(self, manques: set[str]) -> Counter[str]:
        return Counter(mot for manque in manques for mot in self._par_manque.get(manque, ()))

    def _choisir(self, mot: str, proches: Counter[str]) -> str | None:
        """Same first letter first, then the one most ways lead to, then the one said most."""
        return max(
            proches,
            key=lambda c: (c[0] == mot[0], proches[c], -abs(len(c) - len(mot)), self._frequences[c], c),
            default=None,
        )


def _manques(mot: str) -> set[str]:
    return {mot, *(mot[:i] + mot[i + 1 :] for i in range(len(mot)))}
