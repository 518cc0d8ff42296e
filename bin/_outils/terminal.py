"""What a person sees: steps with their duration, and one clear sentence when something stops."""

import errno
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import NoReturn, Self

INTERROMPU = 130
CADENCE = 0.1  # seconds between two drawings of the spinner
RAPPEL = 30  # seconds between two reminders when nobody draws
ROUE = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
LIGNES_MONTREES = 12
LARGEUR_MONTREE = 160
_ESPACES = (
    (re.compile(r" ([;!?%])"), "\u202f\\1"),
    (re.compile(r" ([:»])"), "\u00a0\\1"),
    (re.compile("« "), "«\u00a0"),
)


class Echec(Exception):
    """A sentence for a person, and the log that tells more."""

    def __init__(self, phrase: str, journal: Path | None = None) -> None:
        super().__init__(phrase)
        self.journal = journal


def francais(texte: str) -> str:
    """Return the text with the no-break spaces that French typography asks for."""
    for motif, remplacement in _ESPACES:
        texte = motif.sub(remplacement, texte)
    return texte


def dire(texte: str = "") -> None:
    print(francais(texte), flush=True)


def duree(secondes: float) -> str:
    """Return « 3,2 s », « 48 s » or « 2 min 05 s »."""
    if secondes < 10:
        return f"{secondes:.1f}\u00a0s".replace(".", ",")
    if secondes < 60:
        return f"{secondes:.0f}\u00a0s"
    return f"{int(secondes) // 60}\u00a0min {int(secondes) % 60:02d}\u00a0s"


class Etape:
    """A step: a spinner with its elapsed time on a terminal, plain lines elsewhere.

    `detail` may be set meanwhile (a counter), and is drawn beside the elapsed time; `est_ratee` ends it badly
    without an exception.
    """

    def __init__(self, nom: str) -> None:
        self.nom = francais(nom)
        self.detail = ""
        self.est_ratee = False
        self._debut = time.monotonic()
        self._fin = threading.Event()
        self._fil = threading.Thread(target=self._dessiner, daemon=True)
        self._est_vivant = sys.stdout.isatty()

    @property
    def temps(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self._debut

    def __enter__(self) -> Self:
        self._fil.start()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fin.set()
        self._fil.join()
        efface = "\r\x1b[K" if self._est_vivant else ""
        signe = "✗" if erreur or self.est_ratee else "✓"
        print(f"{efface}{signe} {self.nom} ({duree(self.temps)})", flush=True)

    def _dessiner(self) -> None:
        tour = 0
        while not self._fin.wait(CADENCE if self._est_vivant else RAPPEL):
            tour += 1
            suite = f", {self.detail}" if self.detail else ""
            if self._est_vivant:
                ligne = f"\r\x1b[K{ROUE[tour % len(ROUE)]} {self.nom}… {duree(self.temps)}{suite}"
                print(ligne, end="", flush=True)
            else:
                print(f"… {self.nom} : en cours ({duree(self.temps)}{suite})", flush=True)


def lancer(commande: Callable[[list[str]], int], arguments: list[str]) -> NoReturn:
    """Run a command and leave with its code; turn what stops it into one sentence."""
    signal.signal(signal.SIGTERM, _interrompre)
    try:
        sys.exit(commande(arguments))
    except Echec as echec:
        _expliquer(echec)
    except KeyboardInterrupt:
        print(
            francais("\nInterrompu. Relancez la même commande : elle reprendra où elle en était."),
            file=sys.stderr,
        )
        sys.exit(INTERROMPU)
    except BrokenPipeError:  # « bin/demo | head »: nobody reads any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as erreur:
        if erreur.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        _expliquer(Echec("Le disque est plein : libérez de la place, puis relancez la commande."))
    sys.exit(1)


def _interrompre(_signal: int, _cadre: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _expliquer(echec: Echec) -> None:
    print(francais(str(echec)), file=sys.stderr)
    if echec.journal is None or not echec.journal.is_file():
        return
    lignes = echec.journal.read_text(errors="replace").splitlines()[-LIGNES_MONTREES:]
    print(francais(f"\nFin du journal {echec.journal} :"), file=sys.stderr)
    for ligne in lignes:
        print(f"  {ligne[:LARGEUR_MONTREE]}", file=sys.stderr)
