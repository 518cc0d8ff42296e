"""What the two companies of an apport agree on in three lines, and what each says its own gift is worth."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple, Self

from django.db import models
from django.db.models import Q

from echange.socle.horloge import maintenant
from matching.models.echanges import Apport
from profils.models import Entreprise, Utilisateur

LIGNE_MAX = 300  # characters: one line said in one breath
DUREE_MIN, DUREE_MAX = 15, 240  # minutes
VALEUR_MAX = Decimal(5000)  # euros: an hour or two between neighbours, not a contract


class Lignes(NamedTuple):
    """The three lines: what, how long, when and where."""

    quoi: str
    duree_minutes: int
    ou_quand: str


class AccordQuerySet(models.QuerySet["Accord"]):
    def derniers(self, apports: Collection[int]) -> Self:
        """The latest version of each of these apports (primary keys): one query."""
        return self.filter(apport__in=apports).order_by("apport_id", "-version").distinct("apport_id")


class Accord(models.Model):
    """One version of the three lines of an apport.

    A version is never rewritten: a change is the next one, and the other company is asked again. Who wrote
    it has agreed by writing it; `accepte_le` is when the other did. Two changes made from the same version
    would take the same number: the database lets one in (`accord_version_unique`).
    """

    apport = models.ForeignKey(Apport, models.CASCADE, related_name="accords")
    version = models.PositiveSmallIntegerField("version")
    quoi = models.CharField("quoi", max_length=LIGNE_MAX)
    duree_minutes = models.PositiveSmallIntegerField("combien de temps")
    ou_quand = models.CharField("où et quand", max_length=LIGNE_MAX)
    redige_par = models.ForeignKey(Entreprise, models.CASCADE, related_name="+")
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    redige_le = models.DateTimeField("rédigé le", default=maintenant)
    accepte_le = models.DateTimeField("accepté le", null=True, blank=True)
    accepte_par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AccordQuerySet.as_manager()

    class Meta:
        verbose_name = "accord"
        ordering = ["apport_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["apport", "version"], name="accord_version_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="accord_version_numerotee"),
            models.CheckConstraint(condition=~Q(quoi="") & ~Q(ou_quand=""), name="accord_lignes_presentes"),
            models.CheckConstraint(
                condition=Q(duree_minutes__gte=DUREE_MIN, duree_minutes__lte=DUREE_MAX),
                name="accord_duree_raisonnable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.apport_id} v{self.version}"

    @property
    def lignes(self) -> Lignes:
        return Lignes(self.quoi, self.duree_minutes, self.ou_quand)


class Valeur(models.Model):
    """What the giver says its gift is worth, in euros, for the exchange sheet; no row: it has not said."""

    apport = models.OneToOneField(Apport, models.CASCADE, related_name="valeur")
    montant = models.DecimalField("valeur (€)", max_digits=8, decimal_places=2)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "valeur"
        constraints = [
            models.CheckConstraint(
                condition=Q(montant__gt=0, montant__lte=VALEUR_MAX), name="valeur_raisonnable"
            )
        ]

    def __str__(self) -> str:
        return f"{self.apport_id}\u00a0: {self.montant}\u00a0€"
