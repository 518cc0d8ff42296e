"""One link to the mail server for the mails of one round of the outbox.

Opening a link costs four answers of the server, and a TLS handshake: more than the mail itself.
"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend as ServeurSmtp


class Liaison:
    """Opened by its first mail, closed with the block; a mail that fails leaves the next one a new link."""

    def __init__(self) -> None:
        self._serveur = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fermer()

    def envoyer(self, courriel: EmailMessage) -> None:
        """Send one mail, once: raises what the server, or the network, answers."""
        a_deja_servi = self._repond()
        try:
            self._dicter(courriel)
        except smtplib.SMTPSenderRefused:
            if not a_deja_servi:
                raise
            # Many servers take so many mails a link, and say so before the mail: nothing is doubled.
            self._dicter(courriel)

    def _repond(self) -> bool:
        """The link is open, and the server is still there; if it has hung up, the link is closed.

        Asked beforehand: once a mail is dictated, a link that breaks does not say whether it was kept.
        """
        lien = self._serveur.connection if isinstance(self._serveur, ServeurSmtp) else None
        if lien is None:
            return False
        with suppress(OSError):
            if lien.noop()[0] == 250:
                return True
        self._fermer()
        return False

    def _dicter(self, courriel: EmailMessage) -> None:
        try:
            self._serveur.open()
            self._serveur.send_messages([courriel])
        except Exception:
            self._fermer()
            raise

    def _fermer(self) -> None:
        with suppress(OSError):  # to say goodbye to a server that has gone is no trouble
            self._serveur.close()
