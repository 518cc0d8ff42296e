"""Where things live: everything a command writes is under `.local/`, which Git ignores."""

import hashlib
import os
import pwd
from pathlib import Path

from _outils.terminal import Echec

RACINE = Path(__file__).resolve().parents[2]
LOCAL = RACINE / ".local"
JOURNAUX = LOCAL / "journaux"
TEMOINS = LOCAL / "temoins"
PROCESSUS = LOCAL / "processus"
VERROUS = LOCAL / "verrous"
COURRIELS = LOCAL / "courriels"
VENV = LOCAL / "venv"
PYTHON = VENV / "bin" / "python"
# Two checkouts on one machine must never meet in a shared directory.
MARQUE = hashlib.sha256(str(RACINE).encode()).hexdigest()[:10]
PRISE_MAXIMALE = 103  # bytes of a Unix socket's path: 107 on Linux, 103 on macOS


def prise_des_courriels() -> Path:
    """Where the demonstration takes mail: beside the rest, or in /tmp when the path would be too long."""
    ici = PROCESSUS / "courriels.lmtp"
    if len(os.fsencode(ici)) <= PRISE_MAXIMALE:
        return ici
    return Path("/tmp") / f"echange-{os.geteuid()}-{MARQUE}.lmtp"  # noqa: S108  bound by us, or refused


def preparer_local() -> None:
    """Create `.local/`; raise `Echec` when it belongs to someone else."""
    dossiers = (LOCAL, JOURNAUX, TEMOINS, PROCESSUS, VERROUS)
    try:
        for dossier in dossiers:
            dossier.mkdir(exist_ok=True)
    except PermissionError as erreur:
        raise Echec(f"Vous n’avez pas le droit d’écrire dans {RACINE}.") from erreur
    if not all(os.access(dossier, os.W_OK) for dossier in dossiers):
        raise Echec(
            f"Le dossier {LOCAL} a été créé par {_proprietaire(LOCAL)} : relancez la commande sous ce "
            "compte, ou supprimez ce dossier."
        )


def _proprietaire(chemin: Path) -> str:
    try:
        return chemin.owner()
    except KeyError:
        return f"le compte n° {chemin.stat().st_uid}"


def compte_existe(nom: str) -> bool:
    try:
        pwd.getpwnam(nom)
    except KeyError:
        return False
    return True


def relatif(chemin: Path) -> str:
    """Return the path as a person in the checkout would type it."""
    return str(chemin.relative_to(RACINE)) if chemin.is_relative_to(RACINE) else str(chemin)
