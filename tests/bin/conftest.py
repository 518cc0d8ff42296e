"""A checkout of its own for each test: the commands never touch the one the tests run from."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(RACINE / "bin"))

from _outils.empreintes import empreinte_texte  # noqa: E402 — found thanks to the line above

# Says what it was asked, obeys `echec.txt`, stays when it is a server.
MANAGE = """\
import pathlib, sys, time
ici = pathlib.Path(__file__).parent
with (ici / "appels.txt").open("a") as appels:
    appels.write(" ".join(sys.argv[1:]) + "\\n")
if "--comptes" in sys.argv:
    print("alice@exemple.fr : la boulangère")
if "worker" in sys.argv or "recevoir_courriels" in sys.argv:
    time.sleep(60)
if (ici / "echec.txt").exists() and sys.argv[1] == (ici / "echec.txt").read_text():
    sys.exit("La migration 0002 se plaint.")
"""
ASGI = """\
async def application(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"Bonjour"})
"""


@dataclass
class Depot:
    """A small checkout: the true commands, a site of a few lines."""

    racine: Path
    port: int
    variables: dict[str, str] = field(default_factory=dict)

    def lancer(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        env = os.environ | {"PORT": str(self.port)} | self.variables | variables
        return subprocess.run(  # noqa: S603 — our own command
            [sys.executable, self.racine / "bin" / "demo", *arguments],
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def appels(self) -> list[str]:
        """Return, and forget, the `manage.py` commands run since the last call, the servers' apart."""
        fichier = self.racine / "appels.txt"
        lignes = fichier.read_text().splitlines() if fichier.exists() else []
        fichier.unlink(missing_ok=True)
        return [ligne.split()[0] for ligne in lignes if "worker" not in ligne and "recevoir" not in ligne]

    def ecrire(self, chemin: str, texte: str) -> None:
        fichier = self.racine / chemin
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_text(texte)


@pytest.fixture
def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@pytest.fixture
def depot(port_libre: int) -> Iterator[Depot]:
    racine = Path(tempfile.mkdtemp(prefix="echange-essai-"))
    shutil.copytree(RACINE / "bin", racine / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    depot = Depot(racine, port_libre)
    for nom in ("dependances.txt", "dependances-dev.txt"):
        depot.ecrire(f"deploy/{nom}", "")
    depot.ecrire("manage.py", MANAGE)
    depot.ecrire("echange/asgi.py", ASGI)
    yield depot
    depot.lancer("--stop")
    shutil.rmtree(racine)


@pytest.fixture
def depot_pret(depot: Depot) -> Depot:
    """Libraries already there (those of the tests), and the tests' own PostGIS as the database."""
    venv = depot.racine / ".local" / "venv"
    venv.mkdir(parents=True)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", venv)
    for nom in ("bin", "lib"):
        (venv / nom).symlink_to(Path(sys.prefix) / nom)
    (venv / "dependances").write_text(empreinte_texte("", ""))
    depot.variables["DATABASE_URL"] = os.environ["DATABASE_URL"]
    return depot
