"""What became of each mail received: one row per mail and address, so that a mail delivered again is one."""

from __future__ import annotations

from django.db import models

from echange.socle.horloge import maintenant
from messagerie.models.conversations import Participant


class IssueCourriel(models.TextChoices):
    ECRIT = "ecrit", "Publié dans la conversation"
    REFUSE = "refuse", "Refusé"


class CourrielRecu(models.Model):
    """Neither words nor address: digests. Kept as long as a mail server may deliver a mail again."""

    empreinte = models.CharField("courriel et adresse", max_length=64, unique=True)
    participant = models.ForeignKey(Participant, models.SET_NULL, null=True, blank=True, related_name="+")
    issue = models.CharField("issue", max_length=6, choices=IssueCourriel)
    repondu_a = models.CharField("à qui nous avons répondu", max_length=64, blank=True)
    recu_le = models.DateTimeField("reçu le", default=maintenant)

    class Meta:
        verbose_name = "courriel reçu"
        verbose_name_plural = "courriels reçus"
        indexes = [
            models.Index(fields=["participant", "recu_le"], name="courriel_recu_de"),
            models.Index(fields=["recu_le"], name="courriel_recu_le"),
        ]

    def __str__(self) -> str:
        return f"{self.recu_le:%d/%m/%Y %H:%M} {self.issue}"
