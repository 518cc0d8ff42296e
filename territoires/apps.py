"""Application configuration of territoires."""

from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    name = "territoires"
    default_auto_field = "django.db.models.BigAutoField"
