"""Application configuration of animation."""

from django.apps import AppConfig


class AnimationConfig(AppConfig):
    name = "animation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from animation import avis, avis_echanges  # noqa: F401  registers its kinds of notice
        from animation.services.signalements import prevenir_l_equipe
        from echange.socle.evenements import abonner
        from messagerie.evenements import MessageSignale

        abonner(MessageSignale, prevenir_l_equipe)
        avis_echanges.abonner_tout()
