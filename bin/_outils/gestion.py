"""`bin/manage`: Django's command line on the demonstration's database."""

import os
import sys
from contextlib import redirect_stdout
from typing import NoReturn

from _outils.chemins import PYTHON, RACINE, preparer_local
from _outils.environnement import variables
from _outils.options import lire_port
from _outils.preparation import BASE, grappe_demo, preparer
from _outils.verrous import verrou_preparation


def main(arguments: list[str]) -> NoReturn:
    port = lire_port()
    preparer_local()
    with redirect_stdout(sys.stderr), verrou_preparation("bin/manage", attendre=True):
        base = preparer(grappe_demo(), BASE)
    env = variables("demo", base.adresse, f"http://localhost:{port}")
    os.execve(PYTHON, [str(PYTHON), str(RACINE / "manage.py"), *arguments], env)  # noqa: S606 — our own Python
