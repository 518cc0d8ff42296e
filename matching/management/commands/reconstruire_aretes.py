"""`reconstruire_aretes`: redo every arête, after a change of the rule or of the tree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from echange.socle.templatetags.francais import pluriel
from matching.aretes import reconstruire
from matching.models import Besoin


class Command(BaseCommand):
    help = "Recalcule toutes les arêtes, besoin par besoin ; s’interrompt et se reprend sans dommage."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--depuis", type=int, default=0, help="reprendre après ce numéro de besoin")

    def handle(self, *, depuis: int, **options: Any) -> None:
        faits, aretes = 0, 0
        total = Besoin.objects.filter(pk__gt=depuis).count()
        for dernier, besoins, nombre in reconstruire(depuis=depuis):
            faits, aretes = faits + besoins, aretes + nombre
            if faits < total:
                self.stdout.write(
                    f"  {faits} besoins sur {total}, {aretes} arêtes (pour reprendre : --depuis {dernier})"
                )
        self.stdout.write(f"{faits} besoin{pluriel(faits)}, {aretes} arête{pluriel(aretes)}.")
