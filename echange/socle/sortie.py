"""What a command writes: to a file, or to the standard output so that another program reads it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError


def ecrire_sortie(commande: BaseCommand, texte: str, sortie: Path | None) -> None:
    """Write `texte` to the file `sortie`, or as it is to the standard output; raise `CommandError`."""
    if sortie is None:
        commande.stdout.write(texte, ending="")
        return
    try:
        sortie.write_text(texte, encoding="utf-8")
    except OSError as erreur:
        raise CommandError(f"{sortie} ne peut pas être écrit\u00a0: {erreur.strerror}.") from erreur
    commande.stdout.write(f"{sortie} écrit.")
