"""Decide where a private cluster lives and under which account it runs.

PostgreSQL refuses to run as root: root's cluster belongs to the `postgres` system account, and goes to
`/var/lib` when that account cannot reach the checkout (a home closed to others).
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from _outils.chemins import LOCAL, MARQUE, PRISE_MAXIMALE, compte_existe
from _outils.commandes import capturer
from _outils.terminal import Echec

COMPTES = ("postgres", "nobody")
PRISE = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Emplacement:
    """The account (None: ours), the data's directory and the socket's directory."""

    compte: str | None
    donnees: Path
    prise: Path


def donnees_existent(nom: str) -> bool:
    """Tell whether the cluster was made, without needing an account to run it."""
    return any(dossier.exists() for dossier in _dossiers(nom))


def trouver_emplacement(nom: str) -> Emplacement:
    ici, refuge = _dossiers(nom)
    compte = _compte(ici, refuge)
    accessible = ici.exists() or compte is None or capturer(["test", "-x", LOCAL], compte=compte) is not None
    donnees = ici if accessible else refuge
    prise = donnees.parent / "prises" / nom
    if len(os.fsencode(prise / PRISE)) > PRISE_MAXIMALE:
        prise = Path("/tmp") / f"echange-{os.geteuid()}-{MARQUE}-{nom}"  # noqa: S108 — see `ouvrir_prise`
    return Emplacement(compte, donnees, prise)


def ouvrir_prise(lieu: Emplacement) -> None:
    """Create the socket's directory, closed to all but its owner and root, or raise `Echec`.

    In /tmp another account may have taken the name first: its directory is refused.
    """
    lieu.prise.parent.mkdir(parents=True, exist_ok=True)
    creer_pour(lieu.compte, lieu.prise)
    etat = lieu.prise.lstat()
    if not stat.S_ISDIR(etat.st_mode) or etat.st_uid != _numero(lieu.compte) or etat.st_mode & 0o077:
        raise Echec(f"Le dossier {lieu.prise} n’est pas à vous : supprimez-le, puis relancez la commande.")


def creer_pour(compte: str | None, dossier: Path) -> None:
    """Create a directory of mode 700 that belongs to the account; leave an existing one as it is."""
    try:
        dossier.mkdir(mode=0o700)
    except FileExistsError:
        return
    if compte is not None:
        os.chown(dossier, _numero(compte), -1)


def _dossiers(nom: str) -> tuple[Path, Path]:
    return LOCAL / nom, Path("/var/lib") / f"echange-{MARQUE}" / nom


def _compte(*dossiers: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    for dossier in dossiers:
        if dossier.exists() and dossier.stat().st_uid != 0:
            return dossier.owner()
    compte = next((nom for nom in COMPTES if compte_existe(nom)), None)
    if compte is None:
        raise Echec("PostgreSQL refuse de fonctionner sous le compte root : créez un compte « postgres ».")
    return compte


def _numero(compte: str | None) -> int:
    return os.geteuid() if compte is None else pwd.getpwnam(compte).pw_uid
