"""Browsers that asked to be told when a message comes, even closed."""

from django.db import models

from echange.socle.horloge import maintenant
from profils.models import Utilisateur

ADRESSE_MAX = 500  # characters


class AbonnementPush(models.Model):
    """One browser of one person: the address its push service gave it. Only bare wake-ups go there."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="abonnements_push")
    adresse = models.URLField("adresse", max_length=ADRESSE_MAX, unique=True)
    cree_le = models.DateTimeField("créé le", default=maintenant)

    class Meta:
        verbose_name = "abonnement push"

    def __str__(self) -> str:
        return f"abonnement {self.pk}"
