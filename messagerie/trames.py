"""Frames a browser may send on a live socket: anything else is refused before it reaches a service."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from messagerie.erreurs import TrameIllisible

TRAME_MAX = 8192  # bytes; the page sends a longer message by its form
NUMERO_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Depuis:
    """« What comes after message `numero`? »"""

    numero: int


@dataclass(frozen=True, slots=True)
class Envoi:
    texte: str
    cle: UUID


@dataclass(frozen=True, slots=True)
class Lu:
    numero: int


@dataclass(frozen=True, slots=True)
class Ecrit:
    """« I am writing »: relayed, never kept."""


@dataclass(frozen=True, slots=True)
class Battement:
    """« Are you there? »: answered without a question to the database."""


Trame = Depuis | Envoi | Lu | Ecrit | Battement


def lire_trame(brut: str | None) -> Trame:
    """Return the frame; raises `TrameIllisible`. `brut` is None for a binary frame."""
    try:
        contenu = json.loads(brut or "")
    except (ValueError, RecursionError) as erreur:
        raise TrameIllisible from erreur
    match contenu:
        case {"type": "depuis", "numero": numero}:
            return Depuis(_numero(numero))
        case {"type": "lu", "numero": numero}:
            return Lu(_numero(numero))
        case {"type": "message", "texte": str(texte), "cle": str(cle)}:
            return Envoi(texte, _cle(cle))
        case {"type": "ecrit"}:
            return Ecrit()
        case {"type": "battement"}:
            return Battement()
    raise TrameIllisible


def _numero(valeur: Any) -> int:
    if type(valeur) is not int or not 0 <= valeur <= NUMERO_MAX:  # `True` is an int too
        raise TrameIllisible
    return valeur


def _cle(valeur: str) -> UUID:
    try:
        return UUID(valeur)
    except ValueError as erreur:
        raise TrameIllisible from erreur
