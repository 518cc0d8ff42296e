"""Load the tree of compétences from its file into the database."""

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from matching import suggestions
from matching.models import Competence, Theme

FICHIER = Path(__file__).resolve().parent.parent / "donnees" / "competences.toml"


@transaction.atomic
def charger_competences(fichier: Path = FICHIER) -> int:
    """Create or update themes and compétences by their code; return how many compétences.

    One that left the file stays in the database: published listings may point to it.
    """
    arbre: list[dict[str, Any]] = tomllib.loads(fichier.read_text(encoding="utf-8"))["theme"]
    Theme.objects.bulk_create(
        [Theme(code=theme["code"], titre=theme["titre"], ordre=rang) for rang, theme in enumerate(arbre)],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["titre", "ordre"],
    )
    competences = [
        Competence(
            code=feuille["code"],
            theme_id=theme["code"],
            titre=feuille["titre"],
            phrase=feuille["phrase"],
            est_metier=feuille["metier"],
            dits=feuille["dits"],
            jargon=feuille["jargon"],
            ordre=rang,
        )
        for theme in arbre
        for rang, feuille in enumerate(theme["competence"])
    ]
    Competence.objects.bulk_create(
        competences,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["theme", "titre", "phrase", "est_metier", "dits", "jargon", "ordre"],
    )
    _relier_voisines(arbre)
    suggestions.oublier()
    return len(competences)


def _relier_voisines(arbre: list[dict[str, Any]]) -> None:
    """Replace the closeness of the file's compétences, in both directions."""
    feuilles = [feuille for theme in arbre for feuille in theme["competence"]]
    paires = {paire for f in feuilles for v in f["voisines"] for paire in ((f["code"], v), (v, f["code"]))}
    lien = Competence.voisines.through
    lien.objects.filter(from_competence_id__in=[f["code"] for f in feuilles]).delete()
    lien.objects.bulk_create(
        [lien(from_competence_id=de, to_competence_id=vers) for de, vers in sorted(paires)],
        ignore_conflicts=True,
    )
