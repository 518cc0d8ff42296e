"""Remind both companies of a séance: the day before and two hours before, once each."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.evenements import SeanceApproche
from matching.models import EtatSeance, Seance, StatutEchange

# How many reminders a séance has had once it is this near; after a long stop, only the nearest one due.
ECHEANCES = ((2, timedelta(hours=2)), (1, timedelta(hours=24)))


def rappeler_seances() -> int:
    """Announce the séances that come near; return how many reminders. Run by the periodic task.

    Moving a séance resets its count: the new date has its own reminders.
    """
    return sum(_rappeler(rang, delai) for rang, delai in ECHEANCES)


def _rappeler(rang: int, delai: timedelta) -> int:
    instant = maintenant()
    proches = Seance.objects.filter(
        etat=EtatSeance.CONVENUE,
        debut__gt=instant,
        debut__lte=instant + delai,
        rappels__lt=rang,
        apport__echange__statut=StatutEchange.EN_COURS,
    )
    rappelees = 0
    for cle in proches.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            if proches.filter(pk=cle).update(rappels=rang):
                emettre(SeanceApproche(cle, rang))
                rappelees += 1
    return rappelees
