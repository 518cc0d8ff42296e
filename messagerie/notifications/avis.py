"""Notices: one typed class per kind of fact that people are told.

A notice is a frozen dataclass of strings and numbers, kept as JSON until its mail has left. Its mail is
`templates/courriels/<code>.txt` (first line = subject) and `.html`, given its fields, `titre`,
`prenom` and `chemin`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, TypeVar

from messagerie.models.notifications import Rythme


@dataclass(frozen=True, slots=True)
class Genre:
    """A kind of notice, as the page of preferences names it; `rythme` until the person chooses.

    `pour_animation`: only whoever animates is told, and asked for her preference.

    `est_groupe`: those that are due to one person at once leave in one mail, whose templates read `lignes`.
    `est_reglable`: False for what is decided elsewhere (a letter one subscribes to): no rhythm is offered.
    `complement`: what the mail says besides `donnees` and is too long to be kept for each person.
    """

    code: str
    libelle: str
    rythme: Rythme = Rythme.AUSSITOT
    pour_animation: bool = False
    est_groupe: bool = False
    est_reglable: bool = True
    complement: Callable[[dict[str, Any]], dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True, order=True)
class Visiteur:
    """Somebody without an account, told by mail alone; has shown that the address, in lower case, is hers."""

    adresse: str


@dataclass(frozen=True)
class Avis(ABC):
    """Base of every notice."""

    genre: ClassVar[Genre]

    @property
    @abstractmethod
    def cle(self) -> str:
        """What makes the fact one fact: the same key twice is told once to each person."""

    @property
    @abstractmethod
    def titre(self) -> str:
        """The line on the site: one sentence."""

    @property
    @abstractmethod
    def chemin(self) -> str:
        """The page to open, from the root of the site."""

    @property
    def donnees(self) -> dict[str, Any]:
        """What the mail's templates read. A `chemin_desabonnement` of its own replaces the ordinary one."""
        return asdict(self)


@dataclass(frozen=True)
class AvisDeRendezVous(Avis):
    """Whose mail is read by calendars too: `agenda` is a `RendezVous`, `methode` what they do with it.

    Empty, the mail has nothing for them.
    """

    agenda: dict[str, Any] = field(default_factory=dict, kw_only=True)
    methode: str = field(default="", kw_only=True)


A = TypeVar("A", bound=type[Avis])

GENRES: dict[str, Genre] = {}


def enregistrer(avis: A) -> A:
    """Class decorator: make the kind known to the page of preferences."""
    if GENRES.setdefault(avis.genre.code, avis.genre) != avis.genre:
        raise ValueError(f"Two kinds of notice are named {avis.genre.code}.")
    return avis
