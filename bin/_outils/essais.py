"""`bin/test`: every check, then the tests, on a cluster that may lose everything and is therefore fast."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from _outils.chemins import PYTHON, RACINE, preparer_local
from _outils.environnement import variables
from _outils.grappe import Grappe
from _outils.paquets import trouver_navigateur
from _outils.preparation import grappe_tests, preparer
from _outils.terminal import dire
from _outils.verifications import tout_verifier
from _outils.verrous import est_seul, place_de_test, usage_partage, verrou_preparation

PROCESSUS_MAXIMUM = 4


def main(arguments: list[str]) -> int:
    preparer_local()
    with place_de_test() as numero, base_de_test(f"echange_{numero}", nom="bin/test") as env:
        en_echec = [] if arguments else tout_verifier(env)
        options = arguments or ["-n", str(min(PROCESSUS_MAXIMUM, os.cpu_count() or 1))]
        code = poursuivre([PYTHON, "-m", "pytest", *options], env)
    if en_echec:
        dire(f"Vérifications en échec : {', '.join(en_echec)}.")
    return code or bool(en_echec)


@contextmanager
def base_de_test(nom_base: str, *, nom: str, grappe: Grappe | None = None) -> Iterator[dict[str, str]]:
    """Give Django's environment on the throw-away cluster; stop it when its last user leaves."""
    grappe = grappe or grappe_tests()
    with usage_partage(f"usage-{grappe.nom}") as usage:
        with verrou_preparation(nom, attendre=True):
            base = preparer(grappe, nom_base, dev=True)
        env = variables("test", base.adresse) | {"CHROMIUM": trouver_navigateur() or ""}
        try:
            yield env
        finally:
            with verrou_preparation(nom, attendre=True):
                if base.grappe and est_seul(usage):
                    grappe.arreter()


def poursuivre(commande: Sequence[str | Path], env: Mapping[str, str]) -> int:
    """Run a program that speaks to the person itself; an interruption is its own business."""
    processus = subprocess.Popen([str(mot) for mot in commande], env=env, cwd=RACINE)
    ancien = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return processus.wait()
    except BaseException:
        processus.terminate()
        processus.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, ancien)
