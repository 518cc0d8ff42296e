"""The form of an échange in the owner's words: the same on a card, a page and in a mail."""

from __future__ import annotations

from typing import NamedTuple

from matching.models import Nature


class Forme(NamedTuple):
    """`icone` is a name of `icones.svg`; `suite` follows the word « échange », empty between two."""

    mots: str
    icone: str
    suite: str = ""


_EN_LETTRES = {3: "trois", 4: "quatre"}  # as long as an échange may be, a tour's included
_FORMES = {
    Nature.DIRECT: Forme("Direct", "direct"),
    Nature.RECIPROQUE: Forme("Réciproque", "echange"),
    Nature.CHAINE: Forme("Chaîne", "chaine", " en chaîne"),
}


def forme(nature: str, dons: int) -> Forme:
    """Return the form of an échange of `dons` gifts."""
    if nature == Nature.CERCLE:
        nombre = f"à {_EN_LETTRES[dons]}"
        return Forme(f"Cercle {nombre}", "cercle", f" {nombre}")
    return _FORMES[Nature(nature)]
