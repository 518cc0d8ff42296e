"""`bin/bench`: a bench of `tests/bancs` on a migrated, throw-away database of its own."""

from _outils.chemins import PYTHON, RACINE, preparer_local
from _outils.environnement import gerer
from _outils.essais import base_de_test, poursuivre
from _outils.preparation import adresse_imposee, grappe_durable, grappe_tests
from _outils.terminal import Echec, dire

AIDE = "Usage : bin/bench NOM [options du banc] — par exemple bin/bench recherche --annonces 1000000"

DURABLES = {"messagerie", "pannes"}  # what they promise is worth something on a disk only


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in {"--help", "-h"}:
        dire(f"{AIDE}\nBancs : {', '.join(_bancs())}.")
        return 0
    if arguments[0] not in _bancs():
        raise Echec(f"Le banc « {arguments[0]} » n’existe pas ; ceux qui existent : {', '.join(_bancs())}.")
    if adresse_imposee():
        raise Echec(
            "Un banc remplit sa base à ras bord : retirez DATABASE_URL, il lui faut une base jetable."
        )
    preparer_local()
    grappe = grappe_durable() if arguments[0] in DURABLES else grappe_tests()
    with base_de_test("echange_bench", nom="bin/bench", grappe=grappe) as env:
        gerer(
            "migrate",
            "--noinput",
            env=env,
            etape="Tables de la base",
            echec="Les tables n’ont pas pu être créées.",
        )
        return poursuivre([PYTHON, "-m", "tests.bancs", *arguments], env)


def _bancs() -> list[str]:
    """Return the benches: the modules that have a `main`."""
    fichiers = (RACINE / "tests" / "bancs").glob("[!_]*.py")
    return sorted(f.stem for f in fichiers if "\ndef main(" in f.read_text(encoding="utf-8"))
