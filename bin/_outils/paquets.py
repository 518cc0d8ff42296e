"""Find out what the system lacks and install it: apt on Debian and Ubuntu, Homebrew on macOS.

What counts is whether the thing works (a program, a library that loads), not which package brought it.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from _outils import apt
from _outils.commandes import capturer, env_propre, executer, verifier_place
from _outils.environnement import BREW, environnement_utilisable
from _outils.serveur_pg import serveurs_presents, versions_sans_postgis
from _outils.terminal import Echec, Etape, dire

PLACE = 1.5  # GB for the system's packages
NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NAVIGATEURS_MAC = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)


@dataclass(frozen=True)
class Outil:
    """Something the system must offer: how it is recognised, and who provides it."""

    nom: str
    est_la: Callable[[], bool]
    apt: Callable[[], Sequence[str]]
    brew: Sequence[str]


def trouver_navigateur() -> str | None:
    """Return the path of a Chromium, `CHROMIUM` first."""
    if choisi := os.environ.get("CHROMIUM"):
        return choisi if os.access(choisi, os.X_OK) else None
    trouve = next((chemin for nom in NAVIGATEURS if (chemin := shutil.which(nom))), None)
    return trouve or next((str(chemin) for chemin in NAVIGATEURS_MAC if chemin.exists()), None)


def outils_necessaires(*, postgres: bool, tests: bool) -> list[Outil]:
    outils = [
        Outil("les bibliothèques GDAL", lambda: _bibliotheque("gdal"), apt.paquets_gdal, ["gdal"]),
        Outil("les bibliothèques GEOS", lambda: _bibliotheque("geos_c"), apt.paquets_geos, ["geos"]),
        Outil("l’outil venv de Python", _venv_possible, apt.paquets_venv, []),
    ]
    if postgres:
        outils.append(
            Outil(
                "PostgreSQL et PostGIS",
                lambda: bool(serveurs_presents()),
                lambda: apt.paquets_postgis(versions_sans_postgis()),
                ["postgresql@17", "postgis"],
            )
        )
    if tests:
        outils += [
            Outil(
                "Redis", lambda: shutil.which("redis-server") is not None, lambda: ["redis-server"], ["redis"]
            ),
            Outil("Chromium", lambda: trouver_navigateur() is not None, apt.paquets_chromium, []),
        ]
    return outils


def assurer_paquets(*, postgres: bool, tests: bool = False) -> None:
    """Install what is missing; raise `Echec` with one sentence when that cannot be."""
    if os.environ.get("CHROMIUM") and tests and trouver_navigateur() is None:
        raise Echec(f"CHROMIUM désigne {os.environ['CHROMIUM']}, qui n’est pas un programme.")
    manquants = [outil for outil in outils_necessaires(postgres=postgres, tests=tests) if not outil.est_la()]
    if not manquants:
        return
    verifier_place(Path("/"), PLACE)
    if sys.platform == "darwin":
        _installer_par_brew(manquants)
    elif shutil.which("apt-get"):
        _installer_par_apt(manquants)
    else:
        raise Echec(
            f"Il manque à ce système : {_enumerer(manquants)}. Installez-les, puis relancez la commande."
        )
    encore = [outil for outil in manquants if not outil.est_la()]
    if encore:
        raise Echec(f"Il manque toujours, après l’installation : {_enumerer(encore)}.")


def _installer_par_apt(manquants: list[Outil]) -> None:
    prefixe = _droits(manquants)
    with Etape("Liste des paquets du système"):
        apt.actualiser(prefixe)
    paquets = [paquet for outil in manquants for paquet in outil.apt()]
    dire(f"  À installer : {', '.join(paquets)}.")
    with Etape("Paquets du système"):
        apt.installer(prefixe, paquets)


def _installer_par_brew(manquants: list[Outil]) -> None:
    formules = [formule for outil in manquants for formule in outil.brew]
    sans_formule = [outil for outil in manquants if not outil.brew]
    if sans_formule:
        raise Echec(
            f"Il manque à ce Mac : {_enumerer(sans_formule)}. Installez-les, puis relancez la commande."
        )
    if shutil.which("brew") is None:
        raise Echec(f"Homebrew (https://brew.sh/fr/) est nécessaire pour installer {_enumerer(manquants)}.")
    with Etape(f"Homebrew : {', '.join(formules)}"):
        executer(
            ["brew", "install", *formules],
            journal="brew",
            echec="Homebrew n’a pas pu tout installer.",
            env=env_propre() | {"HOMEBREW_NO_AUTO_UPDATE": "1"},
        )


def _droits(manquants: list[Outil]) -> list[str]:
    """Return what makes root run a command; ask for the password when someone is there to give it."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        if capturer(["sudo", "-n", "true"]) is not None:
            return ["sudo", "-n"]
        if sys.stdin.isatty():
            dire(f"Il manque {_enumerer(manquants)} : votre mot de passe est demandé pour les installer.")
            if subprocess.run(["sudo", "-v"], check=False).returncode == 0:
                return ["sudo", "-n"]
    raise Echec(
        f"Il manque {_enumerer(manquants)}, et vous n’avez pas le droit d’installer des paquets ici : "
        "demandez à la personne qui administre cette machine de les installer, puis relancez la commande."
    )


def _bibliotheque(nom: str) -> bool:
    if ctypes.util.find_library(nom):
        return True
    return any((dossier / f"lib{nom}.dylib").exists() for dossier in BREW)


def _venv_possible() -> bool:
    return (
        environnement_utilisable() or capturer([sys.executable, "-c", "import ensurepip, venv"]) is not None
    )


def _enumerer(outils: Sequence[Outil]) -> str:
    *debut, fin = [outil.nom for outil in outils]
    return f"{', '.join(debut)} et {fin}" if debut else fin
