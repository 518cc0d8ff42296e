"""Veilles: what a person wants to hear of as soon as somebody publishes it, and what was found for her."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.choix import Rayon
from matching.models.annonces import Besoin, SavoirFaire
from matching.models.competences import Competence
from matching.models.mots import Genre
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune

TEXTE_VEILLE_MAX = 200  # characters: a search, not a letter


class StatutVeille(models.TextChoices):
    ACTIVE = "active", "Active"
    EN_PAUSE = "en_pause", "En pause"
    RETIREE = "retiree", "Supprimée"


class VeilleQuerySet(models.QuerySet["Veille"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        return self.filter(utilisateur=utilisateur)

    def gardees(self) -> Self:
        """Those that have not been removed, ended or not."""
        return self.exclude(statut=StatutVeille.RETIREE)

    def en_cours(self) -> Self:
        """Those that watch now: active, not ended, of a person and a company that take part."""
        return self.filter(
            statut=StatutVeille.ACTIVE,
            expire_le__gt=maintenant(),
            utilisateur__is_active=True,
            entreprise__est_en_pause=False,
            entreprise__est_suspendue=False,
        )


class Veille(Identifie, Horodate):
    """« Prévenez-moi »: a saved search of one person, for her company.

    `cherche` is the kind of listing awaited. `position` is the commune's, copied for the compound index.
    `servie_le`: when the first listing was found, which is told at once; the next ones wait for a digest.
    """

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="veilles")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="veilles")
    cherche = models.CharField("ce qui est attendu", max_length=12, choices=Genre)
    texte = models.CharField("avec vos mots", max_length=TEXTE_VEILLE_MAX, blank=True)
    competence = models.ForeignKey(
        Competence,
        models.PROTECT,
        verbose_name="compétence",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="commune", related_name="+")
    position = PointField("position de la commune", geography=True, srid=4326, spatial_index=False)
    rayon_km = models.PositiveSmallIntegerField("jusqu’où (km)", choices=Rayon, default=Rayon.MOYEN)
    visio = models.BooleanField("en visio aussi, plus loin", default=False)
    statut = models.CharField("statut", max_length=8, choices=StatutVeille, default=StatutVeille.ACTIVE)
    expire_le = models.DateTimeField("s’arrête le")
    est_rappelee = models.BooleanField("fin annoncée", default=False)
    servie_le = models.DateTimeField("première annonce trouvée le", null=True, blank=True)
    retiree_le = models.DateTimeField("supprimée le", null=True, blank=True)

    objects = VeilleQuerySet.as_manager()

    class Meta:
        verbose_name = "veille"
        indexes = [
            GistIndex(
                fields=["competence", "position"],
                condition=Q(statut="active"),
                name="veille_competence_position",
            ),
            models.Index(
                fields=["competence", "id"],
                condition=Q(statut="active", visio=True),
                name="veille_competence_visio",
            ),
            models.Index(
                fields=["expire_le"], condition=Q(statut="active", est_rappelee=False), name="veille_fins"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte="") | Q(competence__isnull=False), name="veille_cherche_quelque_chose"
            ),
            models.CheckConstraint(
                condition=Q(rayon_km__gte=1, rayon_km__lte=50), name="veille_rayon_raisonnable"
            ),
            models.CheckConstraint(
                condition=Q(statut="retiree") ^ Q(retiree_le__isnull=True), name="veille_retiree_datee"
            ),
            models.UniqueConstraint(
                "utilisateur",
                "cherche",
                "texte",
                Coalesce("competence", Value("")),
                "commune",
                condition=~Q(statut="retiree"),
                name="veille_unique",
            ),
        ]

    def __str__(self) -> str:
        return str(self.competence) if self.competence else self.texte

    @property
    def est_finie(self) -> bool:
        return self.expire_le <= maintenant()


class Trouvaille(models.Model):
    """A listing found for a veille: one row per person and listing, however many veilles want it."""

    veille = models.ForeignKey(Veille, models.CASCADE, related_name="trouvailles")
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="+", db_index=False)
    besoin = models.ForeignKey(Besoin, models.CASCADE, null=True, related_name="+")
    savoir_faire = models.ForeignKey(SavoirFaire, models.CASCADE, null=True, related_name="+")
    est_premiere = models.BooleanField("première de sa veille", default=False)
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "trouvaille"
        constraints = [
            models.UniqueConstraint(fields=["utilisateur", "besoin"], name="trouvaille_un_besoin"),
            models.UniqueConstraint(
                fields=["utilisateur", "savoir_faire"], name="trouvaille_un_savoir_faire"
            ),
            models.CheckConstraint(
                condition=Q(besoin__isnull=True) ^ Q(savoir_faire__isnull=True),
                name="trouvaille_une_annonce",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.veille}\u00a0: {self.annonce}"

    @property
    def annonce(self) -> Any:
        return self.besoin or self.savoir_faire
