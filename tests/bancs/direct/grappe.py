"""The bench's own durable PostgreSQL, stopped or killed and started again."""

import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "bin"))

from _outils.preparation import grappe_durable


def redemarrer_postgresql(*, tue: bool) -> None:
    """`tue`: every process of the server dies on the spot, and it recovers from its journal."""
    grappe = grappe_durable()
    if tue:
        temoin = grappe.lieu.donnees / "postmaster.pid"
        os.kill(int(temoin.read_text().split()[0]), signal.SIGQUIT)
        while grappe.repond() or temoin.exists():
            time.sleep(0.1)
    else:
        grappe.arreter()
    grappe.demarrer()
