"""`nommer`: give the first roles of a new site; afterwards référents do it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from animation.services.equipe import nommer_animateur, nommer_referent
from echange.socle.erreurs import ErreurMetier
from profils.comptes import obtenir_compte
from territoires.models import Territoire


class Command(BaseCommand):
    help = "Nomme quelqu’un animateur d’un territoire, ou référent national si aucun territoire n’est donné."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="adresse e-mail\u00a0; le compte est créé s’il n’existe pas")
        parser.add_argument("--territoire", help="identifiant du territoire, par exemple ille-et-vilaine")

    def handle(self, *args: Any, email: str, territoire: str | None = None, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as erreur:
            raise CommandError(f"«\u00a0{email}\u00a0» n’est pas une adresse e-mail.") from erreur
        ouvert = self._territoire(territoire) if territoire else None
        utilisateur = obtenir_compte(email=email)
        if utilisateur is None:
            raise CommandError(f"Le compte de {email} est fermé.")
        try:
            if ouvert:
                nommer_animateur(par=None, utilisateur=utilisateur, territoire=ouvert)
            else:
                nommer_referent(par=None, utilisateur=utilisateur)
        except ErreurMetier as erreur:
            raise CommandError(erreur.message) from erreur
        role = f"anime {ouvert}" if ouvert else "est référent·e national·e"
        self.stdout.write(f"{utilisateur.email} {role}. On entre par un code.")

    def _territoire(self, code: str) -> Territoire:
        try:
            return Territoire.objects.get(code=code)
        except Territoire.DoesNotExist as erreur:
            connus = ", ".join(Territoire.objects.ouverts().values_list("code", flat=True))
            raise CommandError(
                f"Territoire «\u00a0{code}\u00a0» inconnu. Ouverts\u00a0: {connus}."
            ) from erreur
