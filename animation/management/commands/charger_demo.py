"""`charger_demo`: the fictional companies, in demonstration mode only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from animation.demo.charger import charger, est_chargee
from animation.demo.comptes import COMPTES


class Command(BaseCommand):
    help = "Charge les données de démonstration (fictives) ; sans effet si elles y sont déjà."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--comptes", action="store_true", help="dit seulement les comptes")

    def handle(self, *, comptes: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Les données de démonstration ne se chargent qu’avec ECHANGE_MODE=demo.")
        if comptes:
            for compte in COMPTES:
                self.stdout.write(f"  {compte.courriel:32} {compte.role}")
        elif est_chargee():
            self.stdout.write("Les données de démonstration sont déjà là.")
        else:
            nombre = charger(lambda etape: self.stdout.write(f"  {etape}"))
            self.stdout.write(f"{nombre} entreprises fictives chargées.")
