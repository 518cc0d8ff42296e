"""Debian's and Ubuntu's packages: their names there, and an installation that starts no service.

Debian's packages create a `main` cluster and start servers as soon as they are unpacked. Their scripts find
`pg_createcluster` and the service starters by PATH, which apt lets one choose (`DPkg::Path`): our stand-ins
come first and do nothing for PostgreSQL and Redis; nothing is written under /etc that must then be removed.
"""

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from _outils.chemins import LOCAL
from _outils.commandes import capturer, executer
from _outils.terminal import Echec

LISTES = Path("/var/lib/apt/lists")
PATH_DPKG = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ATTENTE_VERROU = 300  # seconds: the system's own updates may be running
ENVIRONNEMENT = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "NEEDRESTART_SUSPEND=1")
RIEN = "#!/bin/sh\nexit 0\n"
SAUF_NOS_SERVEURS = """#!/bin/sh
case " $* " in *" postgresql"*|*" redis"*) exit 0;; esac
PATH={path}
export PATH
exec {nom} "$@"
"""
SAUF_REDIS = SAUF_NOS_SERVEURS.replace('*" postgresql"*|', "")
DOUBLURES = {
    "pg_createcluster": RIEN,
    "invoke-rc.d": SAUF_NOS_SERVEURS,
    "deb-systemd-invoke": SAUF_NOS_SERVEURS,
    "deb-systemd-helper": SAUF_REDIS,  # Redis is for our tests: not even at the next boot
}


def paquets_postgis(versions_presentes: Sequence[int]) -> list[str]:
    """Return PostGIS for a server that is there already, or for the most recent the distribution has."""
    noms = _chercher(r"^postgresql-[0-9]+-postgis-3$", "PostGIS")
    offerts = {int(nom.split("-")[1]): nom for nom in noms}
    version = next((v for v in versions_presentes if v in offerts), max(offerts))
    return [offerts[version]]


def paquets_gdal() -> list[str]:
    return _dernier(r"^libgdal[0-9]+(t64)?$", "GDAL")


def paquets_geos() -> list[str]:
    return _dernier(r"^libgeos-c1(v5|t64)$", "GEOS")


def paquets_venv() -> list[str]:
    if not sys.executable.startswith("/usr/bin/"):
        raise Echec(
            f"Le Python de {sys.executable} n’a pas les modules venv et ensurepip : utilisez-en un complet."
        )
    return [f"python3.{sys.version_info.minor}-venv"]


def paquets_chromium() -> list[str]:
    """Return Debian's package; Ubuntu's is only a way to a snap, which a test cannot drive."""
    if "ID=ubuntu" in Path("/etc/os-release").read_text().splitlines():
        raise Echec(
            "Les tests ont besoin de Chromium, qu’Ubuntu ne propose pas en paquet : installez Google Chrome "
            "ou Chromium, puis indiquez son chemin par CHROMIUM=/chemin/du/programme."
        )
    return ["chromium", "fonts-dejavu-core"]


def actualiser(prefixe: Sequence[str]) -> None:
    """Refresh the lists; a third party's failing source does not stop us: the installation will tell."""
    with suppress(Echec):
        executer([*prefixe, *ENVIRONNEMENT, "apt-get", "update"], journal="apt-listes", echec="")


def installer(prefixe: Sequence[str], paquets: Sequence[str]) -> None:
    """Install packages, after finishing what an interruption left half-configured."""
    with _doublures() as dossier:
        chemin = f"{dossier}:{PATH_DPKG}"
        if capturer(["dpkg", "--audit"]):
            with suppress(Echec):
                reparer = [*prefixe, *ENVIRONNEMENT, f"PATH={chemin}", "dpkg", "--configure", "-a"]
                executer(reparer, journal="dpkg", echec="")
        options = ["-o", f"DPkg::Path={chemin}", "-o", f"DPkg::Lock::Timeout={ATTENTE_VERROU}"]
        executer(
            [
                *prefixe,
                *ENVIRONNEMENT,
                "apt-get",
                "install",
                "-y",
                "--no-install-recommends",
                *options,
                *paquets,
            ],
            journal="apt",
            echec="Les paquets du système n’ont pas pu être installés.",
        )


@contextmanager
def _doublures() -> Iterator[Path]:
    dossier = LOCAL / "doublures"
    dossier.mkdir(exist_ok=True)
    for nom, texte in DOUBLURES.items():
        (dossier / nom).write_text(texte.format(path=PATH_DPKG, nom=nom))
        (dossier / nom).chmod(0o755)
    try:
        yield dossier
    finally:
        shutil.rmtree(dossier)


def _dernier(motif: str, quoi: str) -> list[str]:
    """Return the package with the highest number."""
    return sorted(_chercher(motif, quoi), key=lambda nom: [int(n) for n in re.findall(r"\d+", nom)])[-1:]


def _chercher(motif: str, quoi: str) -> list[str]:
    lignes = (capturer(["apt-cache", "search", "--names-only", motif]) or "").splitlines()
    if not lignes and not any(LISTES.glob("*_Packages*")):
        raise Echec(
            "La liste des paquets du système est vide : vérifiez le réseau, puis relancez la commande."
        )
    if not lignes:
        raise Echec(f"Cette distribution ne propose pas {quoi} ; sur Ubuntu, activez le dépôt « universe ».")
    return [ligne.split(" - ")[0] for ligne in lignes]
