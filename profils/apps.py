"""Application configuration of profils."""

from django.apps import AppConfig


class ProfilsConfig(AppConfig):
    name = "profils"
    default_auto_field = "django.db.models.BigAutoField"
