"""`bin/bench quarante_jours`: forty days of a territoire, told once, then once more with its workers
killed and its clock set back.

The books of both are printed, and compared; what must hold at every hour is checked at every hour.
"""

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.core.management import call_command

from tests import fabriques
from tests.facteur import Facteur
from tests.quarante_jours.livres import Livres
from tests.quarante_jours.ouvriere import Ouvriere, OuvriereMortelle, travailler_ici
from tests.quarante_jours.recit import Histoire, raconter


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench quarante_jours")
    options.add_argument("--entreprises", type=int, default=200)
    options.add_argument("--jours", type=int, default=40)
    options.add_argument("--graine", type=int, default=5)
    options.add_argument(
        "--tueries", type=float, default=0.25, help="part of the hours at which a worker dies"
    )
    choix = options.parse_args(arguments)
    histoire = Histoire(choix.entreprises, choix.jours, choix.graine)
    for bavarde in ("mail.log", "procrastinate"):  # a line for each word of SMTP, for each job
        logging.getLogger(bavarde).setLevel(logging.WARNING)
    fabriques.garder_types_et_droits()
    with Facteur().ouvert() as facteur:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", facteur.port
        justes = _raconter("sans tuerie", histoire, travailler_ici, facteur)
        if choix.tueries:
            mortelle = OuvriereMortelle(choix.graine, choix.tueries)
            reculee = replace(histoire, recul=choix.jours // 2)
            tues = _raconter("ouvrières tuées, horloge reculée une fois", reculee, mortelle, facteur)
            print(f"{mortelle.tuees} ouvrières tuées (kill -9)")
            if tues != justes:
                sys.exit(f"LES LIVRES DIFFÈRENT\n{justes.ecarts(tues)}")
            print("mêmes livres")


def _raconter(titre: str, histoire: Histoire, ouvriere: Ouvriere, facteur: Facteur) -> Livres:
    call_command("flush", interactive=False, verbosity=0)
    fabriques.reposer_tout()
    facteur.recus.clear()
    debut = time.monotonic()
    livres = raconter(histoire, ouvriere, facteur)
    print(f"\n{titre} : {time.monotonic() - debut:.0f} s")
    print(livres.resume())
    return livres
