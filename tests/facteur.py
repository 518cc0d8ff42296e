"""A real SMTP server for tests, that can refuse people, or be away."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Facteur:
    """What was delivered, in order; `refuses`: addresses and the answer given to their mail."""

    def __init__(self) -> None:
        self.recus: list[EmailMessage] = []
        self.refuses: dict[str, str] = {}
        self.port = 0
        self.lenteur = 0.0  # seconds before accepting a mail
        self.est_parti = False  # it answers that it is away, whoever the mail is for
        self.part_apres: int | None = None  # mails; then it is away
        self.liaisons: Counter[Any] = Counter()  # mails accepted, by link
        self.par_liaison: int | None = None  # then it says so, and hangs up
        self.raccroche_apres: int | None = None  # mails of a link; then it hangs up without a word

    async def handle_MAIL(  # noqa: N802
        self, serveur: SMTP, session: Session, enveloppe: Envelope, adresse: str, options: list[Any]
    ) -> str:
        if self.est_parti:
            return "421 Service not available"
        if self.par_liaison is not None and self.liaisons[session.peer] >= self.par_liaison:
            return "421 Too many messages in this session"
        enveloppe.mail_from = adresse
        enveloppe.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  aiosmtpd's names
        self, serveur: SMTP, session: Session, enveloppe: Envelope, adresse: str, options: list[Any]
    ) -> str:
        if adresse in self.refuses:
            return self.refuses[adresse]
        enveloppe.rcpt_tos.append(adresse)
        return "250 OK"

    async def handle_DATA(self, serveur: SMTP, session: Session, enveloppe: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.lenteur)
        message = message_from_bytes(bytes(enveloppe.original_content or b""), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.recus.append(message)
        self.est_parti = self.est_parti or len(self.recus) == self.part_apres
        self.liaisons[session.peer] += 1
        if self.liaisons[session.peer] == self.raccroche_apres:
            assert serveur.transport is not None
            asyncio.get_running_loop().call_later(0, serveur.transport.close)
        return "250 OK"

    @property
    def destinataires(self) -> list[str]:
        return [str(message["To"]) for message in self.recus]

    def sans_doublon(self) -> dict[str, EmailMessage]:
        """By Message-ID: what a mail reader shows."""
        return {str(message["Message-ID"]): message for message in self.recus}

    @contextmanager
    def ouvert(self) -> Iterator[Facteur]:
        """Answer on `port` (the same each time) for the length of the block."""
        self.port = self.port or _port_libre()
        controleur = Controller(self, hostname="127.0.0.1", port=self.port)
        controleur.start()
        try:
            yield self
        finally:
            controleur.stop()


@pytest.fixture
def facteur(settings: Any) -> Iterator[Facteur]:
    """The site's mail server."""
    with Facteur().ouvert() as facteur:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", facteur.port
        yield facteur


def _port_libre() -> int:
    """Return a port nobody listens on; aiosmtpd needs to know its own before it listens."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port: int = prise.getsockname()[1]
    return port
