"""Application configuration of animation."""

from django.apps import AppConfig


class AnimationConfig(AppConfig):
    name = "animation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from animation import (
            avis,  # noqa: F401  registers its kinds of notice
            avis_agenda,  # noqa: F401  the same
            avis_commentaires,  # noqa: F401  the same
            avis_demandes,
            avis_echanges,
            avis_guides,  # noqa: F401
            avis_lettres,  # noqa: F401  the same
            avis_relecture,  # noqa: F401  the same
        )
        from animation.champs_cms import lire_les_dates_comme_on_les_dit
        from animation.services import temoignages
        from animation.services.signalements import prevenir_l_equipe
        from echange.socle.evenements import abonner
        from matching.evenements import TemoignageConsenti, TemoignageRetire
        from messagerie.evenements import MessageSignale

        lire_les_dates_comme_on_les_dit()
        abonner(MessageSignale, prevenir_l_equipe)
        avis_echanges.abonner_tout()
        avis_demandes.abonner_tout()
        abonner(TemoignageConsenti, temoignages.programmer_brouillon)
        abonner(TemoignageRetire, temoignages.retirer_page)
