"""`bin/verifier`: the static checks, one line each; what a check says is shown only when it fails."""

import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from _outils.chemins import PYTHON, RACINE
from _outils.commandes import capturer
from _outils.terminal import Echec, Etape

SCRIPTS = [f"bin/{nom}" for nom in ("bench", "demo", "manage", "test", "verifier")]
TYPES = [
    "echange",
    "territoires",
    "profils",
    "matching",
    "messagerie",
    "animation",
    "tests",
    "bin/_outils",
    "manage.py",
]
# A registry's host in a lock or a document ties the project to one place and tells who built it.
REGISTRES = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.(npmjs\.org|yarnpkg\.com)|(deb|snapshot|security)\.debian\.org|"
    r"archive\.ubuntu\.com|index-url[ =]|--find-links[ =]"
)


@dataclass(frozen=True)
class Verification:
    """A check: its name, and what it does, which returns a complaint (empty: none)."""

    nom: str
    faire: Callable[[Mapping[str, str]], str]


def tout_verifier(env: Mapping[str, str]) -> list[str]:
    """Run every check, whatever the others say, and return the names of those that fail."""
    return [verification.nom for verification in VERIFICATIONS if not _passe(verification, env)]


def _passe(verification: Verification, env: Mapping[str, str]) -> bool:
    with Etape(verification.nom) as etape:
        plainte = verification.faire(env)
        etape.est_ratee = bool(plainte)
    if plainte:
        print(plainte.rstrip(), flush=True)
    return not plainte


def _outil(nom: str, commande: str, *arguments: str) -> Verification:
    """Check with a program of the virtual environment."""
    programme = str(PYTHON.with_name(commande))
    return Verification(nom, lambda env: _executer([programme, *arguments], env))


def _gestion(nom: str, *arguments: str) -> Verification:
    return Verification(nom, lambda env: _executer([str(PYTHON), "manage.py", *arguments], env))


def _executer(commande: list[str], env: Mapping[str, str]) -> str:
    """Run a program and return what it says if it fails."""
    resultat = subprocess.run(
        commande,
        env=env,
        cwd=RACINE,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return (
        (resultat.stdout.strip() or f"Code de sortie : {resultat.returncode}.") if resultat.returncode else ""
    )


def _sans_registre(_env: Mapping[str, str]) -> str:
    """Return the lines, in the files Git follows or is about to, that name a package registry."""
    liste = capturer(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
    if liste is None:
        raise Echec("Git est nécessaire pour connaître les fichiers du projet.")
    fichiers = (RACINE / nom for nom in liste.split("\0") if nom)
    return "\n".join(
        ligne for fichier in fichiers if fichier.is_file() for ligne in _lignes_fautives(fichier)
    )


def _lignes_fautives(fichier: Path) -> list[str]:
    contenu = fichier.read_bytes()
    if b"\0" in contenu:
        return []
    lignes = enumerate(contenu.decode(errors="replace").splitlines(), 1)
    nom = fichier.relative_to(RACINE)
    return [f"{nom}:{numero}: {ligne.strip()[:120]}" for numero, ligne in lignes if REGISTRES.search(ligne)]


VERIFICATIONS = (
    _outil("ruff : règles", "ruff", "check", "--output-format=concise", ".", *SCRIPTS),
    _outil("ruff : mise en forme", "ruff", "format", "--check", ".", *SCRIPTS),
    _outil("mypy : types", "mypy", *TYPES),
    _outil("djlint : mise en forme des gabarits", "djlint", "--check", "."),
    _outil("djlint : règles des gabarits", "djlint", "--lint", "--quiet", "."),
    _outil("import-linter : sens des imports", "lint-imports"),
    _gestion("Django : migrations à jour", "makemigrations", "--check", "--dry-run"),
    _gestion("Django : vérifications", "check", "--fail-level", "WARNING"),
    Verification("Aucune adresse de registre", _sans_registre),
)
