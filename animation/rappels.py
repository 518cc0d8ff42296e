"""Remind people of the events they come to: the day before, and an hour before when it is by visio."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from animation.avis_agenda import rappeler
from animation.models import Evenement
from echange.socle.horloge import maintenant

# How many reminders an event has had once it is this near; after a long stop, only the nearest one due.
ECHEANCES = ((2, timedelta(hours=1)), (1, timedelta(hours=24)))


def rappeler_evenements() -> int:
    """Remind of the events that come near; return how many were. Run by the periodic task.

    Moving an event resets its count: the new date has its own reminders.
    """
    return sum(_rappeler(rang, delai) for rang, delai in ECHEANCES)


def _rappeler(rang: int, delai: timedelta) -> int:
    instant = maintenant()
    proches = Evenement.objects.filter(
        debut__gt=instant, debut__lte=instant + delai, annule_le=None, rappels__lt=rang
    )
    if rang == 2:  # on site, people are already on their way
        proches = proches.exclude(lien_visio="")
    rappeles = 0
    for cle in list(proches.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            if proches.filter(pk=cle).update(rappels=rang):
                rappeler(Evenement.objects.detailles().get(pk=cle), rang)
                rappeles += 1
    return rappeles
