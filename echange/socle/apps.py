"""Application configuration of the infrastructure."""

from django.apps import AppConfig


class SocleConfig(AppConfig):
    name = "echange.socle"
    label = "socle"
    default_auto_field = "django.db.models.BigAutoField"
