"""Refuse, or step over, a Python that is too old.

This file alone keeps to the syntax of old Pythons: it must be readable by the one it refuses.
"""

import os
import shutil
import sys

MINIMUM = (3, 11)
CONNUES = ("python3.14", "python3.13", "python3.12", "python3.11")


def exiger_python() -> None:
    """Restart the command under a recent Python when the machine has one, or say what is missing."""
    if sys.version_info >= MINIMUM:
        return
    for nom in CONNUES:
        chemin = shutil.which(nom)
        if chemin:
            os.execv(chemin, [chemin, *sys.argv])  # noqa: S606 — the same command, another Python
    sys.exit(
        "Échange demande Python 3.11 ou plus récent, et celui-ci est en version {}.{}. "
        "Installez-en un plus récent, puis relancez la commande.".format(*sys.version_info[:2])
    )
