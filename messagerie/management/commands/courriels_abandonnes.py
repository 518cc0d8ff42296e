"""`courriels_abandonnes`: the outbox's dead letters, for whoever runs the site."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from echange.socle.templatetags.francais import pluriel
from messagerie.models import EtatEnvoi, Notification
from messagerie.notifications.boite import rejouer as remettre


class Command(BaseCommand):
    help = "Liste les courriels abandonnés après plusieurs essais ; avec --rejouer, les remet à envoyer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rejouer", action="store_true", help="les remettre à envoyer")
        parser.add_argument("--genre", default="", help="ceux d’un seul genre, par exemple echange_propose")

    def handle(self, *, rejouer: bool, genre: str, **options: Any) -> None:
        morts = Notification.objects.filter(etat_envoi=EtatEnvoi.MORT).order_by("cree_le", "pk")
        morts = morts.filter(genre=genre) if genre else morts
        for mort in morts:
            self.stdout.write(
                f"{mort.cree_le:%d/%m/%Y %H:%M}  {mort.genre}  {mort.uuid}"
                f"  {mort.essais} essai{pluriel(mort.essais)}\u00a0: {mort.erreur}"
            )
        if rejouer:
            remis = remettre(morts)
            self.stdout.write(f"{remis} courriel{pluriel(remis)} remis à envoyer.")
        elif not morts:
            self.stdout.write("Aucun courriel abandonné.")
