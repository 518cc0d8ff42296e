"""The real receiver, as a host runs it: in a process of its own, that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from tests.file_de_travail import RACINE, attendre


def journal(prise: Path) -> Path:
    """What it has logged."""
    return prise.with_name("journal")


@contextmanager
def bureau(prise: Path, *options: str, base: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Listen on the Unix socket `prise`, on the test database (with real transactions) or on `base`."""
    reglages = connection.settings_dict
    adresse = urlencode({"host": reglages["HOST"], "port": reglages["PORT"], "user": reglages["USER"]})
    prise.unlink(missing_ok=True)
    with journal(prise).open("ab") as sortie:
        processus = subprocess.Popen(  # noqa: S603  our own command
            [
                sys.executable,
                RACINE / "manage.py",
                "recevoir_courriels",
                "--ecoute",
                f"unix:{prise}",
                *options,
            ],
            env=os.environ
            | {
                "ECHANGE_MODE": "test",
                "SECRET_KEY": settings.SECRET_KEY,
                "DATABASE_URL": base or f"postgresql:///{reglages['NAME']}?{adresse}",
                "COURRIEL_REPONSE_DOMAINE": "reponse.echange.example",
                "PIECES_DIR": str(prise.parent / "pieces"),
            },
            stdout=subprocess.DEVNULL,
            stderr=sortie,
        )
    try:
        attendre(lambda: prise.exists() or processus.poll() is not None, secondes=60)
        assert processus.poll() is None
        yield processus
    finally:
        processus.kill()
        processus.wait(timeout=10)
