"""`importer_annonces FILE.csv`: see docs/importation.md for the columns."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echange.socle.templatetags.francais import pluriel
from matching.importation import FichierIllisible, importer, lire


class Command(BaseCommand):
    help = "Importe des entreprises, leurs besoins et leurs savoir-faire depuis un fichier CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path)

    def handle(self, *, fichier: Path, **options: Any) -> None:
        bonnes, mauvaises = 0, 0
        try:
            for resultat in importer(lire(fichier)):
                if resultat.erreur:
                    mauvaises += 1
                    self.stderr.write(f"Ligne {resultat.numero} ({resultat.entreprise}) : {resultat.erreur}")
                else:
                    bonnes += 1
        except FichierIllisible as erreur:
            raise CommandError(erreur.message) from erreur
        self.stdout.write(f"{bonnes} ligne{pluriel(bonnes)} importée{pluriel(bonnes)}.")
        if mauvaises:
            raise CommandError(
                f"{mauvaises} ligne{pluriel(mauvaises)} refusée{pluriel(mauvaises)} : corrigez-les "
                "et redonnez le fichier entier, rien ne sera doublé."
            )
