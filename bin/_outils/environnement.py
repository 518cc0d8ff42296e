"""The Python environment in `.local/venv`, and the variables that the project's programs receive."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from _outils.chemins import COURRIELS, LOCAL, PYTHON, RACINE, VENV, prise_des_courriels
from _outils.commandes import Compteur, capturer, env_propre, executer
from _outils.empreintes import Temoin, ecrire_dun_coup, empreinte_texte
from _outils.terminal import Echec, Etape

VERROU_DEMO = RACINE / "deploy" / "dependances.txt"
VERROU_DEV = RACINE / "deploy" / "dependances-dev.txt"  # holds the other whole
EN_COURS = "installation-en-cours"
CLE = LOCAL / "cle"
CLE_DE_TEST = "cle-de-test-la-meme-partout-pour-que-chaque-essai-se-rejoue"
BREW = (Path("/opt/homebrew/lib"), Path("/usr/local/lib"))


def environnement_utilisable() -> bool:
    """Tell whether `.local/venv` has a Python and pip that answer, and no installation killed midway."""
    if (VENV / EN_COURS).exists():
        return False
    return capturer([PYTHON, "-c", "import pip, sys; assert sys.version_info >= (3, 11)"]) is not None


def dependances_a_jour(*, dev: bool) -> bool:
    return _temoin(dev=dev).vaut(_empreinte(dev=dev)) and capturer([PYTHON, "-c", ""]) is not None


def preparer_environnement(*, dev: bool) -> None:
    """Make the virtual environment hold exactly what the lock file says; do nothing when it does."""
    if dependances_a_jour(dev=dev):
        return
    if not environnement_utilisable():
        with Etape("Environnement Python"):
            executer(
                [sys.executable, "-m", "venv", "--clear", VENV],
                journal="venv",
                echec="L’environnement Python n’a pas pu être créé.",
                tient_le_verrou=True,
            )
    verrou = VERROU_DEV if dev else VERROU_DEMO
    (VENV / EN_COURS).touch()
    with Etape("Bibliothèques Python") as etape:
        _installer(verrou, etape)
    (VENV / EN_COURS).unlink()
    _temoin(dev=False).poser(_empreinte(dev=False))
    if dev:
        _temoin(dev=True).poser(_empreinte(dev=True))


def variables(mode: str, adresse_base: str, adresse_site: str = "http://localhost:8000") -> dict[str, str]:
    """Return the whole environment for Django's programs, in one of its modes."""
    env = env_propre() | {
        "ECHANGE_MODE": mode,
        "DATABASE_URL": adresse_base,
        "ADRESSE_DU_SITE": adresse_site,
        "DJANGO_SETTINGS_MODULE": "echange.settings",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    env["SECRET_KEY"] = CLE_DE_TEST if mode == "test" else env.get("SECRET_KEY") or _cle()
    env.setdefault("COURRIELS_DIR", str(COURRIELS))
    if mode == "demo":  # nothing leaves, and answers come back by a socket of this checkout alone
        env.setdefault("COURRIEL_REPONSE_DOMAINE", "reponse.demo.example")
        env.setdefault("COURRIEL_RECEPTION", f"unix:{prise_des_courriels()}")
    if sys.platform == "darwin":  # Homebrew's libraries are outside the loader's usual places
        env["DYLD_FALLBACK_LIBRARY_PATH"] = os.pathsep.join([*map(str, BREW), "/usr/lib"])
    return env


def gerer(*arguments: str, env: Mapping[str, str], etape: str, echec: str) -> str:
    """Run a `manage.py` command as a step and return what it says."""
    with Etape(etape):
        return executer(
            [PYTHON, RACINE / "manage.py", *arguments],
            journal=arguments[0],
            echec=echec,
            env=env,
            tient_le_verrou=True,
        )


def _installer(verrou: Path, etape: Etape) -> None:
    commande = [PYTHON, "-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-input"]
    commande += ["--progress-bar=off", "--retries=3", "--disable-pip-version-check", "-r", verrou]
    executer(
        commande,
        journal="pip",
        echec="Les bibliothèques Python n’ont pas pu être installées.",
        env=env_propre() | {"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore"},
        etape=etape,
        tient_le_verrou=True,
        compteur=Compteur("Collecting ", sum("==" in ligne for ligne in verrou.open())),
    )


def _cle() -> str:
    """Return the checkout's secret key, drawn once and readable by its owner only."""
    if not CLE.exists():
        ecrire_dun_coup(CLE, secrets.token_urlsafe(50), mode=0o600)
    cle = CLE.read_text().strip()
    if not cle:
        raise Echec(f"Le fichier {CLE} est vide : supprimez-le, puis relancez la commande.")
    return cle


def _temoin(*, dev: bool) -> Temoin:
    return Temoin("dependances-dev" if dev else "dependances", VENV)


def _empreinte(*, dev: bool) -> str:
    textes = [VERROU_DEMO.read_text(), VERROU_DEV.read_text() if dev else ""]
    return empreinte_texte(*textes)
