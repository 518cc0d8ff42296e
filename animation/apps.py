"""Application configuration of animation."""

from django.apps import AppConfig


class AnimationConfig(AppConfig):
    name = "animation"
    default_auto_field = "django.db.models.BigAutoField"
