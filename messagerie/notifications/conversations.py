"""What people are told of conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from messagerie.notifications.avis import Avis, Genre, enregistrer


@enregistrer
@dataclass(frozen=True)
class ConversationOuverte(Avis):
    """Everyone has accepted. `entreprises`: the others' names."""

    genre: ClassVar[Genre] = Genre("conversation_ouverte", "Une conversation s’ouvre")

    conversation: str
    entreprises: list[str]

    @property
    def cle(self) -> str:
        return self.conversation

    @property
    def titre(self) -> str:
        return f"Vous pouvez parler à {' et à '.join(self.entreprises)}"

    @property
    def chemin(self) -> str:
        return reverse("messagerie:conversation", args=[self.conversation])


@enregistrer
@dataclass(frozen=True)
class AnimationInvitee(Avis):
    """To somebody of the animation. `ligne`: the number of the line that says so; each time is told."""

    genre: ClassVar[Genre] = Genre(
        "animation_invitee", "On vous invite dans une conversation", pour_animation=True
    )

    conversation: str
    invitante: str
    ligne: int

    @property
    def cle(self) -> str:
        return f"{self.conversation}:{self.ligne}"

    @property
    def titre(self) -> str:
        return f"{self.invitante} vous invite dans une conversation"

    @property
    def chemin(self) -> str:
        return reverse("messagerie:conversation", args=[self.conversation])
