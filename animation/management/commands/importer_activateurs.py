"""`importer_activateurs FILE.csv`: the open directory of the Activateurs France Num."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from animation.services.activateurs import OBLIGATOIRES, importer_activateurs
from echange.socle.templatetags.francais import pluriel
from matching.importation import FichierIllisible, lire


class Command(BaseCommand):
    help = "Importe l’annuaire ouvert des Activateurs France Num dans les ressources nationales."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path)

    def handle(self, *, fichier: Path, **options: Any) -> None:
        bonnes, mauvaises = 0, 0
        try:
            for resultat in importer_activateurs(lire(fichier, obligatoires=OBLIGATOIRES, facultatives=None)):
                if resultat.erreur:
                    mauvaises += 1
                    self.stderr.write(f"Ligne {resultat.numero} ({resultat.entreprise}) : {resultat.erreur}")
                else:
                    bonnes += 1
        except FichierIllisible as erreur:
            raise CommandError(erreur.message) from erreur
        self.stdout.write(f"{bonnes} activateur{pluriel(bonnes)} à jour.")
        if mauvaises:
            raise CommandError(f"{mauvaises} ligne{pluriel(mauvaises)} refusée{pluriel(mauvaises)}.")
