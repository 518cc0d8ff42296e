"""The door of mail servers: LMTP (or SMTP), behind the host's own Postfix or the like, never on the Internet.

« 250 » means committed. Whatever fails on our side says « 451, later »: the server keeps the mail and
delivers it again. An address that is not of our form is refused at once, with nothing read.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from messagerie.reponses.adresses import est_de_reponse
from messagerie.reponses.reception import recevoir

OCTETS_MAX = 25 * 1024 * 1024  # what the large mail services accept
LIGNE_MAX = 100_000  # bytes; 998 are allowed, and not everybody knows
DESTINATAIRES_MAX = 10
A_LA_FOIS = 4  # mails read at once: each may hold `OCTETS_MAX`, and draws images again
PATIENCE = 120  # seconds of silence of a server
PLUS_TARD = "451 4.3.0 Reessayez plus tard"

journal = logging.getLogger(__name__)


class Reception:
    """What aiosmtpd calls, by its own names."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(A_LA_FOIS)
        self._en_cours: set[asyncio.Task[str]] = set()

    async def handle_RCPT(  # noqa: N802
        self, serveur: SMTP, session: Session, enveloppe: Envelope, adresse: str, options: list[Any]
    ) -> str:
        if not est_de_reponse(adresse):
            return "550 5.1.1 Cette adresse n'existe pas"
        if len(enveloppe.rcpt_tos) >= DESTINATAIRES_MAX:
            return "452 4.5.3 Trop de destinataires"
        enveloppe.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, serveur: SMTP, session: Session, enveloppe: Envelope) -> str:  # noqa: N802
        """One answer per address by LMTP; by SMTP one for all, and the mail comes back whole if need be."""
        reponses = [await self._remettre(enveloppe, adresse) for adresse in enveloppe.rcpt_tos]
        if isinstance(serveur, LMTP):
            return "\r\n".join(reponses)
        return next((reponse for reponse in reponses if reponse == PLUS_TARD), reponses[0])

    async def handle_exception(self, erreur: Exception) -> str:
        _noter(erreur)
        return PLUS_TARD

    async def finir(self) -> None:
        """Wait for what is being written."""
        if self._en_cours:
            await asyncio.wait(self._en_cours)

    async def _remettre(self, enveloppe: Envelope, adresse: str) -> str:
        """Take one mail to its end, even if the server that brought it hangs up meanwhile."""
        octets = bytes(enveloppe.original_content or b"")
        async with self._places:
            travail = asyncio.create_task(asyncio.to_thread(_recevoir, octets, enveloppe.mail_from, adresse))
            self._en_cours.add(travail)
            travail.add_done_callback(self._en_cours.discard)
            return await asyncio.shield(travail)


def fabrique(reception: Reception, *, est_lmtp: bool) -> SMTP:
    """Return what speaks with one mail server."""
    genre = _Lmtp if est_lmtp else _Smtp
    return genre(
        reception,
        data_size_limit=OCTETS_MAX,
        enable_SMTPUTF8=True,
        hostname="echange",
        ident="Echange",
        timeout=PATIENCE,
        loop=asyncio.get_running_loop(),
    )


class _Lmtp(LMTP):
    line_length_limit = LIGNE_MAX


class _Smtp(SMTP):
    line_length_limit = LIGNE_MAX


def _recevoir(octets: bytes, expediteur: str | None, destinataire: str) -> str:
    try:
        recevoir(octets=octets, expediteur=expediteur or "", destinataire=destinataire)
    except Exception as erreur:  # noqa: BLE001  whatever it is, the server keeps the mail
        _noter(erreur)
        return PLUS_TARD
    finally:
        connection.close()  # back to the pool
    return "250 2.0.0 Recu"


def _noter(erreur: Exception) -> None:
    """The kind of error and its place: its words may be those of the mail."""
    ou = traceback.extract_tb(erreur.__traceback__)[-1:]
    place = f"{ou[0].filename}:{ou[0].lineno}" if ou else "?"
    journal.error("A mail could not be taken: %s at %s", type(erreur).__name__, place)
