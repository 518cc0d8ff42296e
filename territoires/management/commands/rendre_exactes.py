"""`rendre_exactes`: replace approximate centres by the official ones; stops and resumes anywhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from territoires.models import Departement
from territoires.services import ApiInjoignable, departements_a_placer, lire_centres, placer_communes


class Command(BaseCommand):
    help = "Place les communes d’après le service officiel geo.api.gouv.fr (connexion à internet nécessaire)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tout", action="store_true", help="reprend aussi les départements déjà faits")

    def handle(self, *args: Any, tout: bool, **options: Any) -> None:
        departements = list(Departement.objects.all()) if tout else departements_a_placer()
        for rang, departement in enumerate(departements, 1):
            try:
                centres = lire_centres(departement.code)
            except ApiInjoignable as erreur:
                raise CommandError(f"{erreur.message} Ce qui est fait est gardé.") from erreur
            placees = placer_communes(departement=departement.code, centres=centres)
            self.stdout.write(f"{rang}/{len(departements)} {departement}\u00a0: {placees} communes placées.")
        self.stdout.write("Les centres des communes sont à jour.")
