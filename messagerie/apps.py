"""Application configuration of messagerie."""

from django.apps import AppConfig


class MessagerieConfig(AppConfig):
    name = "messagerie"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from echange.socle.evenements import abonner
        from matching.evenements import EchangeAccepte
        from messagerie.notifications import annonces, echanges, mots
        from messagerie.services import ouvrir_conversation

        abonner(EchangeAccepte, ouvrir_conversation)
        annonces.abonner_tout()
        echanges.abonner_tout()
        mots.abonner_tout()
