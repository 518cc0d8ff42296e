"""`bin/verifier` by itself: the checks of `bin/test`, without the tests."""

from _outils.chemins import preparer_local
from _outils.essais import base_de_test
from _outils.terminal import Echec
from _outils.verifications import tout_verifier


def main(arguments: list[str]) -> int:
    if arguments:
        raise Echec(
            "bin/verifier ne prend pas d’argument ; pour choisir des tests, lancez « bin/test CHEMIN »."
        )
    preparer_local()
    with base_de_test("echange_verifier", nom="bin/verifier") as env:
        return bool(tout_verifier(env))
