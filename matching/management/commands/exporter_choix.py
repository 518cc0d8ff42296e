"""`exporter_choix`: what owners and référents taught, for `evaluer_rapprochement`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from echange.socle.sortie import ecrire_sortie
from matching.services.choix import exporter_choix


class Command(BaseCommand):
    help = "Écrit les textes et la compétence choisie (JSON), sans nom ni entreprise."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sortie", type=Path, help="fichier à écrire\u00a0; sinon la sortie standard")

    def handle(self, *, sortie: Path | None = None, **options: Any) -> None:
        texte = json.dumps(exporter_choix(), ensure_ascii=False, indent=2) + "\n"
        ecrire_sortie(self, texte, sortie)
