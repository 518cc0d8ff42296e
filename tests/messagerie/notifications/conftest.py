"""A fact that somebody may be told, and a real mail server."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from messagerie.notifications.avis import Genre
from messagerie.notifications.echanges import PropositionRecue
from tests.facteur import Facteur


@dataclass(frozen=True)
class Essai(PropositionRecue):
    """A proposal's notice, without the proposal."""

    genre: ClassVar[Genre] = PropositionRecue.genre

    @property
    def chemin(self) -> str:
        return f"/echanges/{self.echange}/"


def avis(numero: int = 1, *, entreprise: str = "Menuiserie Le Goff") -> Essai:
    return Essai(f"00000000-0000-0000-0000-{numero:012d}", entreprise, "reciproque", "")


@pytest.fixture
def facteur(settings: Any) -> Iterator[Facteur]:
    with Facteur().ouvert() as facteur:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", facteur.port
        yield facteur
