"""What a company is told of the moderation of its listings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from messagerie.notifications.avis import Avis, Genre, enregistrer


@dataclass(frozen=True)
class AvisModeration(Avis):
    """`sorte`: « besoin » or « savoir-faire »; `contacts`: whom to write to (`nom`, `email`); `acte`: the
    key of the journal's row, so that a listing hidden twice is told twice."""

    acte: int
    annonce: str
    sorte: str
    competence: str
    texte: str
    etat: str
    entreprise: str
    contacts: list[dict[str, str]]

    @property
    def cle(self) -> str:
        return f"{self.sorte}:{self.acte}"

    @property
    def chemin(self) -> str:
        vue = "besoin" if self.sorte == "besoin" else "savoir_faire"
        return reverse(f"matching:{vue}", args=[self.annonce])


@enregistrer
@dataclass(frozen=True)
class AnnonceMasquee(AvisModeration):
    genre: ClassVar[Genre] = Genre("annonce_masquee", "L’animation masque une de vos annonces")

    motif: str

    @property
    def titre(self) -> str:
        return f"Votre annonce «\u00a0{self.competence}\u00a0» est masquée"


@enregistrer
@dataclass(frozen=True)
class AnnonceRemiseEnLigne(AvisModeration):
    genre: ClassVar[Genre] = Genre("annonce_remise_en_ligne", "Une annonce masquée revient en ligne")

    @property
    def titre(self) -> str:
        return f"Votre annonce «\u00a0{self.competence}\u00a0» n’est plus masquée"


@enregistrer
@dataclass(frozen=True)
class CompetenceCorrigee(AvisModeration):
    """`avant`: the title of the compétence it was under; `phrase`: the one that explains the new one."""

    genre: ClassVar[Genre] = Genre("competence_corrigee", "L’animation range mieux une de vos annonces")

    avant: str
    phrase: str

    @property
    def titre(self) -> str:
        return f"Votre annonce est rangée dans «\u00a0{self.competence}\u00a0»"
