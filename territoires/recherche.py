"""What an owner types to say where they are, read into a name and a place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from echange.socle.textes import cle_de_nom

LONGUEUR_UTILE = 100  # characters: no commune's name with its postal code is longer

_CEDEX = re.compile(r"\bcedex( \d{1,2})?\b")
_ARRONDISSEMENT = re.compile(
    r"^(paris|lyon|marseille) (\d{1,2})(er|e|eme|ieme)?( arrondissement| arr| ardt)?( \d{2,5})?$"
)
_LIEU = re.compile(r"\b(\d{1,5}|2[ab])\b")


@dataclass(frozen=True, slots=True)
class Demande:
    """`nom` is a `cle_de_nom`; `lieu` the first digits of a postal code, or a département's code."""

    nom: str = ""
    lieu: str = ""

    @property
    def noms(self) -> list[str]:
        """The name, and the name with the article one leaves out: « havre », « mont saint michel »."""
        return [self.nom, *(f"{article} {self.nom}" for article in ("l", "la", "le", "les"))]

    @property
    def departements(self) -> list[str]:
        """Départements that `lieu` may name; a Corsican postal code begins with 20."""
        if self.lieu.startswith("20"):
            return ["2A", "2B"]
        return [self.lieu[:2].upper(), self.lieu[:3]]


def lire_demande(texte: str) -> Demande:
    """Read « Rennes », « 35000 », « Rennes (35) », « 35042 Rennes Cedex », « Paris 11 », « lyon 3eme »."""
    cle = _CEDEX.sub(" ", cle_de_nom(texte[:LONGUEUR_UTILE]))
    if trouve := _ARRONDISSEMENT.match(cle):
        ville, numero, ordinal, _, _ = trouve.groups()
        # « Marseille 13 » may be the département.
        if 1 <= int(numero) <= 20 and (ordinal or (ville, numero) != ("marseille", "13")):
            return Demande(f"{ville} {_ordinal(int(numero))} arrondissement")
    if cle.replace(" ", "").isdigit():
        return Demande(lieu=cle.replace(" ", ""))
    lieux = _LIEU.findall(cle)
    return Demande(" ".join(_LIEU.sub(" ", cle).split()), max(lieux, key=len, default=""))


def _ordinal(numero: int) -> str:
    return "1er" if numero == 1 else f"{numero}e"
