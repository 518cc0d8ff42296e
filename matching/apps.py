"""Application configuration of matching."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Besoins et savoir-faire"

    def ready(self) -> None:
        from matching import abonnements

        abonnements.abonner_tout()
