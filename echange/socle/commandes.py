"""Commands that refuse what makes no sense in one French sentence, with exit code 2."""

from typing import NoReturn

from django.core.management.base import BaseCommand

REFUS = 2


class ValeurAbsurde(ValueError):
    """An option cannot be read; `str()` is one sentence, in French."""


class CommandeQuiRefuse(BaseCommand):
    """Options are read as text and understood here: argparse would complain in English."""

    def refuser(self, phrase: str) -> NoReturn:
        self.stderr.write(phrase)
        raise SystemExit(REFUS)


def lire_entier(option: str, valeur: str | int) -> int:
    """Return the integer typed; raise `ValeurAbsurde`."""
    try:
        return int(valeur)
    except ValueError:
        raise ValeurAbsurde(f"{option} attend un nombre entier, pas «\u00a0{valeur}\u00a0».") from None
