"""`charger_geographie`: bring the communes to what the data file says."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from territoires.services import GeographieIllisible, charger_geographie
from territoires.services.chargement import ARCHIVE


class Command(BaseCommand):
    help = "Charge les régions, départements, intercommunalités, communes et codes postaux."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", nargs="?", type=Path, default=ARCHIVE, help="un autre fichier zip")

    def handle(self, *args: Any, archive: Path, **options: Any) -> None:
        try:
            chargement = charger_geographie(archive=archive, dire=self.stdout.write)
        except GeographieIllisible as erreur:
            raise CommandError(erreur.message) from erreur
        if chargement.est_deja_fait:
            self.stdout.write("La géographie est déjà à jour.")
            return
        for commune in chargement.gardees:
            self.stdout.write(f"{commune} n’existe plus mais des entreprises y sont\u00a0: elle est gardée.")
        self.stdout.write(f"{chargement.communes} communes à jour.")
