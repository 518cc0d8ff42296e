"""Who was asked to animate, and what was done to each territoire."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from profils.models import Utilisateur
from territoires.models import Territoire


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def en_attente(self) -> Self:
        """Neither accepted nor taken back; out of date or not."""
        return self.filter(acceptee_le=None, retiree_le=None)

    def acceptables(self) -> Self:
        return self.en_attente().filter(expire_le__gt=maintenant(), territoire__est_ouvert=True)


class Invitation(Identifie, Horodate):
    """A territoire's animation offered to an e-mail, by a signed link that serves once."""

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="invitations")
    email = models.EmailField("adresse e-mail")
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    expire_le = models.DateTimeField("valable jusqu’au")
    acceptee_le = models.DateTimeField("acceptée le", null=True, blank=True)
    acceptee_par = models.ForeignKey(
        Utilisateur, models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                "territoire",
                Lower("email"),
                condition=Q(acceptee_le__isnull=True, retiree_le__isnull=True),
                name="invitation_une_seule_en_attente",
            ),
            models.CheckConstraint(
                condition=Q(acceptee_le__isnull=True) | Q(retiree_le__isnull=True),
                name="invitation_acceptee_ou_retiree",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.territoire} · {self.email}"

    @property
    def est_perimee(self) -> bool:
        return self.expire_le <= maintenant()


class ActeTerritoire(models.TextChoices):
    OUVERT = "ouvert", "Territoire ouvert"
    FERME = "ferme", "Territoire fermé"
    ROUVERT = "rouvert", "Territoire rouvert"
    REUNI = "reuni", "Réuni à un autre territoire"
    AGRANDI = "agrandi", "Un autre territoire l’a rejoint"
    INVITATION = "invitation", "Invitation envoyée"
    INVITATION_RETIREE = "retiree", "Invitation retirée"
    NOMMEE = "nommee", "Rejoint l’équipe"
    RELEVEE = "relevee", "Quitte l’équipe"
    TELEPHONE = "telephone", "Second code remis à zéro"


class JournalTerritoire(models.Model):
    """What was done to a territoire and its team: written with the act, never updated."""

    territoire = models.ForeignKey(Territoire, models.CASCADE, related_name="journal")
    acte = models.CharField("acte", max_length=10, choices=ActeTerritoire)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    qui = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    detail = models.CharField("précision", max_length=300, blank=True)
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "journal d’un territoire"
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.get_acte_display()}"
