"""Servers in the background: started detached, known by their number *and* command line, stopped gently."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from _outils.chemins import JOURNAUX, PROCESSUS, PYTHON, RACINE
from _outils.commandes import capturer
from _outils.terminal import Echec

PATIENCE = 15  # seconds a server has to finish what it does
PAS = 0.1
JOURNAL_MAXIMAL = 5_000_000  # bytes kept from one start to the next
# The number is written before the server exists: killed anywhere, the next run still finds it.
_LANCEUR = 'echo $$ > "$0.$$" && mv "$0.$$" "$0" && exec "$@"'


@dataclass(frozen=True)
class Serveur:
    """A Python program of the virtual environment that stays in the background."""

    nom: str
    arguments: Sequence[str]

    @property
    def journal(self) -> Path:
        return JOURNAUX / f"{self.nom}.log"

    def numero(self) -> int | None:
        """Return the process's number, or None when it does not run (a stale file is not believed)."""
        return numero_vivant(self._fichier, (str(PYTHON), *self.arguments[:2]))

    def demarrer(self, env: Mapping[str, str]) -> None:
        if self.journal.exists() and self.journal.stat().st_size > JOURNAL_MAXIMAL:
            self.journal.unlink()
        self._fichier.unlink(missing_ok=True)
        commande = ["/bin/sh", "-c", _LANCEUR, str(self._fichier), str(PYTHON), *self.arguments]
        with self.journal.open("ab") as sortie:
            lanceur = subprocess.Popen(
                commande,
                env=env,
                cwd=RACINE,
                stdin=subprocess.DEVNULL,
                stdout=sortie,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while not self._fichier.exists() and lanceur.poll() is None:
            time.sleep(PAS)

    def arreter(self) -> bool:
        """Stop the server; return False when it did not run."""
        numero = self.numero()
        if numero is not None:
            terminer(numero, signal.SIGTERM)
        self._fichier.unlink(missing_ok=True)
        return numero is not None

    def exiger_vivant(self) -> None:
        if self.numero() is None:
            raise Echec(f"Le programme « {self.nom} » s’est arrêté aussitôt lancé.", self.journal)

    @property
    def _fichier(self) -> Path:
        return PROCESSUS / f"{self.nom}.pid"


def numero_vivant(fichier: Path, mots: Sequence[str]) -> int | None:
    """Return the number on the file's first line if it lives and its command line holds the words."""
    try:
        numero = int(fichier.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None
    ligne = _ligne_de_commande(numero)
    return numero if all(mot in ligne for mot in mots) else None


def terminer(numero: int, doux: signal.Signals) -> None:
    """Send the gentle signal, then after `PATIENCE` the one that cannot be refused."""
    for envoi in (doux, signal.SIGKILL):
        try:
            os.kill(numero, envoi)
        except ProcessLookupError:
            return
        fin = time.monotonic() + PATIENCE
        while time.monotonic() < fin:
            if not _ligne_de_commande(numero):
                return
            time.sleep(PAS)


def _ligne_de_commande(numero: int) -> str:
    """Return the process's command line, empty when it is gone (or a zombie)."""
    if sys.platform == "darwin":
        return capturer(["ps", "-o", "command=", "-p", str(numero)]) or ""
    try:
        return Path(f"/proc/{numero}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
