"""What a team is told of the national guides it has taken up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from messagerie.notifications.avis import Avis, Genre, enregistrer


@enregistrer
@dataclass(frozen=True)
class GuideAChange(Avis):
    """The original has been published again, or withdrawn: once for each version (`revision`)."""

    genre: ClassVar[Genre] = Genre(
        "guide_a_change", "Un guide national que vous avez adapté a changé", pour_animation=True
    )

    page: int
    guide: str
    revision: int
    est_en_ligne: bool

    @property
    def cle(self) -> str:
        return f"{self.page}:{self.revision if self.est_en_ligne else 'retire'}"

    @property
    def titre(self) -> str:
        quoi = "a changé" if self.est_en_ligne else "est retiré"
        return f"L’original du guide «\u00a0{self.guide}\u00a0» {quoi}"

    @property
    def chemin(self) -> str:
        return reverse("animation:guides")
