"""`exporter_competences`: the tree as it is now, in the format of its file or for reuse."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from echange.socle.sortie import ecrire_sortie
from matching.fichier_arbre import FORMATS, arbre_en_base


class Command(BaseCommand):
    help = "Écrit l’arbre des compétences (TOML, JSON ou CSV) dans un fichier ou sur la sortie."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="toml")
        parser.add_argument("--sortie", type=Path, help="fichier à écrire\u00a0; sinon la sortie standard")

    def handle(self, *, format: str = "toml", sortie: Path | None = None, **options: Any) -> None:  # noqa: A002
        ecrire_sortie(self, FORMATS[format](arbre_en_base()), sortie)
