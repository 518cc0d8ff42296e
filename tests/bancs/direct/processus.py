"""The processes of a bench: web servers, a Redis, crowds of browsers. All are ours, and end with it."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DELAI = 60.0  # seconds for a server to answer
UVICORN = ("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "10")
DIRECT = ("--ws-per-message-deflate", "false", "--ws-max-size", "16384", "--ws-ping-interval", "45")


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port: int = prise.getsockname()[1]
    return port


class Web:
    """One web process under uvicorn."""

    def __init__(self, application: str, env: Mapping[str, str] | None = None, *, port: int = 0) -> None:
        self.port = port or port_libre()
        self._commande = [sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port"]
        self._commande += [str(self.port), "--lifespan", "on", *UVICORN, *DIRECT]
        self._env = {**os.environ, "JOURNAL_NIVEAU": "ERROR", **(env or {})}
        self.processus: subprocess.Popen[bytes]

    def demarrer(self) -> "Web":
        self.lancer()
        self.attendre()
        return self

    def lancer(self) -> None:
        self.processus = subprocess.Popen(  # noqa: S603  our own command
            self._commande,
            env=self._env,
            preexec_fn=_ouvrir_grand,  # noqa: PLW1509  it only raises a limit
        )

    def attendre(self) -> None:
        """Wait until it answers."""
        limite = time.monotonic() + DELAI
        while not self._repond():
            if self.processus.poll() is not None or time.monotonic() > limite:
                raise RuntimeError("The web process does not start.")
            time.sleep(0.1)

    def arreter(self, signal_: signal.Signals = signal.SIGTERM) -> float:
        """Return how long it took to stop, in seconds."""
        debut = time.monotonic()
        if self.processus.poll() is None:
            self.processus.send_signal(signal_)
            try:
                self.processus.wait(20)
            except subprocess.TimeoutExpired:
                self.processus.kill()
                self.processus.wait()
        return time.monotonic() - debut

    @property
    def memoire(self) -> int:
        """Resident bytes (Linux)."""
        return int(Path(f"/proc/{self.processus.pid}/statm").read_text().split()[1]) * resource.getpagesize()

    @property
    def calcul(self) -> float:
        """Processor seconds used so far (Linux)."""
        champs = Path(f"/proc/{self.processus.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(champs[11]) + int(champs[12])) / os.sysconf("SC_CLK_TCK")

    def _repond(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


class Navigateurs:
    """A crowd in its own process (`tests.bancs.direct.clients`)."""

    def __init__(self) -> None:
        self._processus = subprocess.Popen(
            [sys.executable, "-m", "tests.bancs.direct.clients"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, ordre: str, **details: Any) -> dict[str, Any]:
        assert self._processus.stdin
        assert self._processus.stdout
        self._processus.stdin.write(json.dumps({"ordre": ordre, **details}) + "\n")
        self._processus.stdin.flush()
        reponse: dict[str, Any] = json.loads(self._processus.stdout.readline())
        return reponse

    def partir(self) -> None:
        self._processus.kill()
        self._processus.wait()


@contextmanager
def redis(dossier: Path) -> Iterator["Redis"]:
    serveur = Redis(dossier / "redis.sock")
    serveur.demarrer()
    try:
        yield serveur
    finally:
        serveur.arreter()


class Redis:
    """A Redis of our own, on a Unix socket, that keeps nothing."""

    def __init__(self, prise: Path) -> None:
        self._prise = prise
        self.url = f"unix://{prise}"

    def demarrer(self) -> None:
        self._prise.unlink(missing_ok=True)
        commande = ["redis-server", "--port", "0", "--unixsocket", str(self._prise), "--save", ""]
        self._processus = subprocess.Popen(  # noqa: S603  our own command
            commande, cwd=self._prise.parent, stdout=subprocess.DEVNULL
        )
        limite = time.monotonic() + DELAI
        while not self._prise.exists():
            if time.monotonic() > limite:
                raise RuntimeError("redis-server does not start.")
            time.sleep(0.02)

    def arreter(self) -> None:
        self._processus.kill()
        self._processus.wait()


def _ouvrir_grand() -> None:
    _, dur = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (dur, dur))
