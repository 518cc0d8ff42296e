"""A fact that somebody may be told."""

from dataclasses import dataclass
from typing import ClassVar

from messagerie.notifications.avis import Genre
from messagerie.notifications.echanges import PropositionRecue


@dataclass(frozen=True)
class Essai(PropositionRecue):
    """A proposal's notice, without the proposal."""

    genre: ClassVar[Genre] = PropositionRecue.genre

    @property
    def chemin(self) -> str:
        return f"/echanges/{self.echange}/"


def avis(numero: int = 1, *, entreprise: str = "Menuiserie Le Goff") -> Essai:
    return Essai(f"00000000-0000-0000-0000-{numero:012d}", entreprise, "reciproque", "")
