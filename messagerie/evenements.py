"""Facts of messagerie that the app above listens to (see `echange.socle.evenements`)."""

from dataclasses import dataclass

from echange.socle.evenements import Evenement


@dataclass(frozen=True, slots=True)
class MessageSignale(Evenement):
    """Somebody has reported a message: the animation is to read it."""

    signalement_id: int
