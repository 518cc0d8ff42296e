"""The address one answers to: it says, under our signature, who writes in which conversation.

34 characters before the @ (64 are allowed), whatever their case: mail servers change it. A participant's key
is never used again, so that the address dies with her row: left, blocked, account closed. A digest of 104
bits, by a key of its own, for 90 days.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from echange.socle.horloge import maintenant

VALIDITE = timedelta(days=90)
_SEL = "messagerie.reponse"
_CLE, _JOUR, _SIGNATURE = 5, 2, 13  # bytes: 20 in all, 32 characters without padding
_FORME = re.compile(r"r-([a-z2-7]{32})")
_EPOQUE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cible:
    """Whose answer it is: the key of a participant, who may be there no more."""

    participant: int
    est_expiree: bool


def creer_adresse(participant: int) -> str:
    """Return the address this participant answers to, empty when no mail is received here."""
    if not settings.COURRIEL_REPONSE_DOMAINE:
        return ""
    fin = (maintenant() + VALIDITE - _EPOQUE).days
    corps = participant.to_bytes(_CLE, "big") + fin.to_bytes(_JOUR, "big")
    jeton = base64.b32encode(corps + _signer(corps)).decode().lower()
    return f"r-{jeton}@{settings.COURRIEL_REPONSE_DOMAINE}"


def est_de_reponse(adresse: str) -> bool:
    """Whether the address looks like ours: what a mail server asks before the mail itself."""
    return _jeton(adresse) is not None


def lire_adresse(adresse: str) -> Cible | None:
    """Return whom it stands for; None for an address we never gave."""
    jeton = _jeton(adresse)
    if jeton is None:
        return None
    octets = base64.b32decode(jeton.upper())
    corps, signature = octets[: _CLE + _JOUR], octets[_CLE + _JOUR :]
    if not constant_time_compare(signature, _signer(corps)):
        return None
    fin = _EPOQUE + timedelta(days=int.from_bytes(corps[_CLE:], "big"))
    return Cible(int.from_bytes(corps[:_CLE], "big"), maintenant() > fin)


def _jeton(adresse: str) -> str | None:
    local, _, domaine = adresse.strip().lower().rpartition("@")
    if not domaine or domaine != settings.COURRIEL_REPONSE_DOMAINE.lower():
        return None
    trouve = _FORME.fullmatch(local)
    return trouve[1] if trouve else None


def _signer(corps: bytes) -> bytes:
    return salted_hmac(_SEL, corps.hex(), algorithm="sha256").digest()[:_SIGNATURE]
