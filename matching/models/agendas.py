"""A person's séances in the calendar of her phone: an address that only she knows."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from echange.socle.models import Horodate
from profils.models import Utilisateur


class AbonnementAgenda(Horodate):
    """The address her calendar reads without signing in; another `cle` and the old address opens nothing."""

    utilisateur = models.OneToOneField(Utilisateur, models.CASCADE, related_name="abonnement_agenda")
    cle = models.UUIDField("clé", unique=True, default=uuid4)

    class Meta:
        verbose_name = "abonnement d’agenda"

    def __str__(self) -> str:
        return f"agenda {self.utilisateur_id}"
