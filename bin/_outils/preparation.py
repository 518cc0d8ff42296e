"""The set-up that several commands share: packages, libraries, a database that answers."""

import os
from dataclasses import dataclass

from _outils.base import verifier_joignable
from _outils.chemins import LOCAL
from _outils.commandes import verifier_place
from _outils.environnement import dependances_a_jour, preparer_environnement
from _outils.grappe import Grappe
from _outils.paquets import assurer_paquets
from _outils.terminal import Etape

PLACE_ENTIERE = 2.0  # GB for a first run
PLACE_COURANTE = 0.3  # GB for the next ones
BASE = "echange"


@dataclass(frozen=True)
class Base:
    """The database to use: the private cluster's, or the one that `DATABASE_URL` leads to."""

    adresse: str
    grappe: Grappe | None


def grappe_demo() -> Grappe:
    return Grappe("postgres")


def grappe_tests() -> Grappe:
    return Grappe("postgres-test", jetable=True)


def grappe_durable() -> Grappe:
    """For benches of what must survive: each commit reaches the disk, as on the real site."""
    return Grappe("postgres-banc")


def adresse_imposee() -> str:
    """Return `DATABASE_URL`, empty when the private cluster is to be used."""
    return os.environ.get("DATABASE_URL", "")


def preparer(grappe: Grappe, base: str, *, dev: bool = False) -> Base:
    """Bring machine and checkout to the point where Django's commands run; quick when all is there."""
    imposee = adresse_imposee()
    if imposee:
        verifier_joignable(imposee)
    verifier_place(LOCAL, PLACE_COURANTE if dependances_a_jour(dev=dev) else PLACE_ENTIERE)
    assurer_paquets(postgres=not imposee, tests=dev)
    preparer_environnement(dev=dev)
    if imposee:
        return Base(imposee, None)
    if not grappe.repond():
        with Etape("Base de données privée"):
            grappe.demarrer()
    grappe.creer_base(base)
    return Base(grappe.adresse(base), grappe)
