"""`manage.py recevoir_courriels`: take the answers that a mail server brings (deploy/courriels.md)."""

import asyncio
import signal
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from echange.socle.commandes import CommandeQuiRefuse
from messagerie.reponses.serveur import Reception, fabrique


class Command(CommandeQuiRefuse):
    help = "Reçoit, par LMTP ou SMTP, les réponses aux courriels des conversations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--ecoute", default=settings.COURRIEL_RECEPTION, help="machine:port ou unix:/chemin"
        )
        parser.add_argument("--protocole", default="lmtp", help="lmtp ou smtp")

    def handle(self, *args: Any, ecoute: str, protocole: str, **options: Any) -> None:
        if protocole not in {"lmtp", "smtp"}:
            self.refuser(f"--protocole attend lmtp ou smtp, pas « {protocole} ».")
        if not settings.COURRIEL_REPONSE_DOMAINE:
            self.refuser("COURRIEL_REPONSE_DOMAINE est vide : aucune adresse de réponse n’existe.")
        hote, _, port = ecoute.rpartition(":")
        if hote != "unix" and not port.isdigit():
            self.refuser(f"--ecoute attend machine:port ou unix:/chemin, pas « {ecoute} ».")
        asyncio.run(self._servir(hote, port, est_lmtp=protocole == "lmtp"))

    async def _servir(self, hote: str, port: str, *, est_lmtp: bool) -> None:
        """Listen until SIGTERM or SIGINT, then end what is being written."""
        boucle, arret, reception = asyncio.get_running_loop(), asyncio.Event(), Reception()
        for nom in (signal.SIGTERM, signal.SIGINT):
            boucle.add_signal_handler(nom, arret.set)
        if hote == "unix":
            with suppress(FileNotFoundError):
                Path(port).unlink()  # noqa: ASYNC240  of a server that was killed
            serveur = await boucle.create_unix_server(lambda: fabrique(reception, est_lmtp=est_lmtp), port)
        else:
            serveur = await boucle.create_server(
                lambda: fabrique(reception, est_lmtp=est_lmtp), hote.strip("[]"), int(port)
            )
        self.stdout.write(f"Les réponses sont attendues sur {hote}:{port}.")
        self.stdout.flush()
        await arret.wait()
        serveur.close()
        await reception.finir()
