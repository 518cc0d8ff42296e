"""`bin/manage`: Django's command line on the demonstration's database."""

import os
import sys
from contextlib import redirect_stdout
from typing import NoReturn

from _outils.base import identifier_base
from _outils.chemins import PYTHON, RACINE, preparer_local
from _outils.environnement import variables
from _outils.options import lire_port
from _outils.preparation import BASE, grappe_demo, preparer
from _outils.taches import poser_les_tables
from _outils.verrous import verrou_preparation

# What runs on an empty database; an unknown command is given its tables.
SANS_TABLES = frozenset(
    {"check", "cle_push", "collectstatic", "dbshell", "help", "makemigrations", "migrate", "resoudre_tour"}
    | {"shell", "showmigrations", "simuler_marche", "sqlmigrate", "--help", "--version", "-h"}
)


def main(arguments: list[str]) -> NoReturn:
    port = lire_port()
    preparer_local()
    with redirect_stdout(sys.stderr), verrou_preparation("bin/manage", attendre=True):
        base = preparer(grappe_demo(), BASE)
        env = variables("demo", base.adresse, f"http://localhost:{port}")
        if base.grappe and not SANS_TABLES.issuperset(arguments[:1]):
            tables = poser_les_tables(identifier_base(base.adresse))
            if not tables.temoin.lire():  # never made here; made once, they are the developer's business
                tables.faire(env)
    os.execve(PYTHON, [str(PYTHON), str(RACINE / "manage.py"), *arguments], env)  # noqa: S606 — our own Python
