"""Run other programs: their words go to a log, their failure becomes a sentence."""

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from _outils.chemins import JOURNAUX, RACINE
from _outils.terminal import Echec, Etape
from _outils.verrous import descripteurs_a_transmettre

PATIENCE = 10  # seconds left to a program to end by itself after an interruption
PAS = 0.2  # seconds between two looks at a program
DISQUE_PLEIN = "Le disque est plein : libérez de la place, puis relancez la commande."
SANS_RESEAU = "Le réseau ne répond pas : vérifiez votre connexion, puis relancez la commande."
_CAUSES = (
    (
        re.compile(r"No space left on device|Disk quota exceeded|enough free (disk )?space", re.IGNORECASE),
        DISQUE_PLEIN,
    ),
    (
        re.compile(
            r"Temporary failure|Could not resolve|Name or service not known|nodename nor servname|"
            r"Network is unreachable|Unable to connect|Could not connect|Cannot initiate the connection|"
            r"Failed to establish a new connection|NewConnectionError|Connection timed out|ConnectTimeout|"
            r"Read timed out|Failed to fetch",
            re.IGNORECASE,
        ),
        SANS_RESEAU,
    ),
)


# macOS has no C.UTF-8, and its PostgreSQL refuses to start under a locale it does not know.
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
# What a person's shell may hold for other projects, and that would bend our programs.
_ETRANGERS = ("PG", "PYTHON", "VIRTUAL_ENV", "DJANGO_", "LC_", "LANG")


@dataclass(frozen=True)
class Compteur:
    """Count the log's lines that begin with a word, to show « 12 sur 64 »."""

    debut: str
    total: int

    def lire(self, journal: Path) -> str:
        with journal.open(errors="replace") as lignes:
            faits = sum(ligne.startswith(self.debut) for ligne in lignes)
        return f"{min(faits, self.total)} sur {self.total}" if faits else ""


def env_propre() -> dict[str, str]:
    """Return the environment for programs, without other projects' variables and with English logs."""
    garde = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(_ETRANGERS)}
    return garde | {"LC_ALL": LOCALE}


def executer(
    commande: Sequence[object],
    *,
    journal: str,
    echec: str,
    env: Mapping[str, str] | None = None,
    compte: str | None = None,
    etape: Etape | None = None,
    compteur: Compteur | None = None,
    tient_le_verrou: bool = False,
) -> str:
    """Run a program, all it says in `.local/journaux/<journal>.log`, and return that.

    `compte`: the system account to run as (root only). `tient_le_verrou`: for programs that must not run
    twice if we are killed, and that leave no server behind. Raise `Echec` with the sentence `echec`, or a
    more precise one when the log shows that the network or the disk is the cause.
    """
    chemin = JOURNAUX / f"{journal}.log"
    with chemin.open("wb") as sortie:
        options = _identite(compte) | {
            "stdin": subprocess.DEVNULL,
            "stdout": sortie,
            "stderr": subprocess.STDOUT,
            "pass_fds": descripteurs_a_transmettre() if tient_le_verrou else (),
        }
        try:
            processus = subprocess.Popen([str(mot) for mot in commande], env=env or env_propre(), **options)
        except FileNotFoundError as erreur:
            raise Echec(f"{echec} Le programme « {commande[0]} » est introuvable.") from erreur
        code = _suivre(processus, chemin, etape, compteur)
    texte = chemin.read_text(errors="replace")
    if code:
        raise Echec(cause_connue(texte) or echec, chemin)
    return texte


def capturer(
    commande: Sequence[object], *, env: Mapping[str, str] | None = None, compte: str | None = None
) -> str | None:
    """Return what a quick program says, or None when it fails or does not exist."""
    options = _identite(compte) | {"stdin": subprocess.DEVNULL}
    try:
        resultat = subprocess.run(
            [str(mot) for mot in commande],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=env or env_propre(),
            **options,
        )
    except FileNotFoundError:
        return None
    return str(resultat.stdout) if resultat.returncode == 0 else None


def cause_connue(texte: str) -> str | None:
    """Return the sentence for a cause that a log gives away."""
    return next((phrase for motif, phrase in _CAUSES if motif.search(texte)), None)


def verifier_place(chemin: Path, gigaoctets: float) -> None:
    """Raise `Echec` when the disk of that path has less free space."""
    libre = shutil.disk_usage(chemin).free / 1e9
    if libre < gigaoctets:
        reste, voulu = (f"{valeur:.1f}\u00a0Go".replace(".", ",") for valeur in (libre, gigaoctets))
        raise Echec(
            f"Il reste {reste} sur le disque de {chemin}, et il en faut {voulu} : "
            "libérez de la place, puis relancez la commande."
        )


def _identite(compte: str | None) -> dict[str, Any]:
    """Return Popen's options for an account; its programs cannot always enter the checkout, hence `/`."""
    if compte is None:
        return {"cwd": RACINE}
    infos = pwd.getpwnam(compte)
    return {"cwd": "/", "user": infos.pw_uid, "group": infos.pw_gid, "extra_groups": []}


def _suivre(
    processus: "subprocess.Popen[bytes]", journal: Path, etape: Etape | None, compteur: Compteur | None
) -> int:
    """Wait for the end, draw the counter meanwhile; on an interruption, leave the program time to end."""
    try:
        while True:
            try:
                return processus.wait(PAS)
            except subprocess.TimeoutExpired:
                if etape and compteur:
                    etape.detail = compteur.lire(journal)
    except KeyboardInterrupt:
        try:
            processus.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            processus.kill()
        raise
