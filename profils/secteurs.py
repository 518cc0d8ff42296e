"""Load the trades of `donnees/secteurs.toml` into the database."""

import tomllib
from pathlib import Path

from profils.models import Secteur

FICHIER = Path(__file__).parent / "donnees" / "secteurs.toml"


def charger_secteurs() -> int:
    """Insert or rename every trade of the file, in its order; return how many.

    A trade removed from the file stays in the database: companies may have chosen it.
    """
    lignes = tomllib.loads(FICHIER.read_text(encoding="utf-8"))["secteurs"]
    secteurs = [
        Secteur(code=ligne["code"], nom=ligne["nom"], ordre=ordre) for ordre, ligne in enumerate(lignes)
    ]
    Secteur.objects.bulk_create(
        secteurs, update_conflicts=True, unique_fields=["code"], update_fields=["nom", "ordre"]
    )
    return len(secteurs)
