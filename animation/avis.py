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


@enregistrer
@dataclass(frozen=True)
class SignalementRecu(Avis):
    """To those who animate: a message is reported. No word of it leaves the console."""

    genre: ClassVar[Genre] = Genre(
        "signalement_recu", "Un message est signalé sur votre territoire (animation)"
    )

    signalement: str
    motif: str

    @property
    def cle(self) -> str:
        return self.signalement

    @property
    def titre(self) -> str:
        return "Un message est signalé sur votre territoire"

    @property
    def chemin(self) -> str:
        return reverse("animation:signalement", args=[self.signalement])


@enregistrer
@dataclass(frozen=True)
class SignalementTraite(Avis):
    """To whoever reported."""

    genre: ClassVar[Genre] = Genre("signalement_traite", "L’animation a lu un message que vous avez signalé")

    signalement: str
    reponse: str

    @property
    def cle(self) -> str:
        return self.signalement

    @property
    def titre(self) -> str:
        return "Votre signalement est traité"

    @property
    def chemin(self) -> str:
        return reverse("messagerie:signalements")


@enregistrer
@dataclass(frozen=True)
class AvertissementRecu(Avis):
    """To the company that wrote a reported message: a warning, or a suspension."""

    genre: ClassVar[Genre] = Genre("avertissement_recu", "L’animation vous avertit d’un message")

    signalement: str
    entreprise: str
    motif: str
    mot: str
    est_suspendue: bool

    @property
    def cle(self) -> str:
        return self.signalement

    @property
    def titre(self) -> str:
        if self.est_suspendue:
            return f"{self.entreprise} est suspendue"
        return f"Un avertissement pour {self.entreprise}"

    @property
    def chemin(self) -> str:
        return reverse("profils:entreprise")
