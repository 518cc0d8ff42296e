"""The pair, one besoin and one savoir-faire on line: where a company stands, and its next step."""

from __future__ import annotations

from dataclasses import dataclass

from matching.models import Besoin, SavoirFaire
from profils.models import Entreprise


@dataclass(frozen=True, slots=True)
class Paire:
    a_besoin: bool
    a_savoir_faire: bool

    @property
    def est_complete(self) -> bool:
        return self.a_besoin and self.a_savoir_faire

    @property
    def etape_suivante(self) -> str:
        """Return the name of the address where the owner goes on."""
        if not self.a_besoin:
            return "matching:publier_besoin"
        if not self.a_savoir_faire:
            return "matching:publier_savoir_faire"
        return "matching:rapprochements"


def paire_de(entreprise: Entreprise, *, a_besoin: bool | None = None) -> Paire:
    """Look at what is on line now; two queries, one when the caller has just read the besoins."""
    if a_besoin is None:
        a_besoin = Besoin.objects.publiees().de_entreprise(entreprise).exists()
    return Paire(a_besoin, SavoirFaire.objects.publiees().de_entreprise(entreprise).exists())
