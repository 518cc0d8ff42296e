"""The tree's own history: its version, and each change with what was before and after."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from echange.socle.horloge import maintenant
from echange.socle.models import Identifie
from profils.models import Utilisateur


class VersionArbre(models.Model):
    """One row: the number of the tree's last change. Whoever changes the tree holds it until the commit."""

    numero = models.PositiveIntegerField("numéro", default=0)

    class Meta:
        verbose_name = "version de l’arbre"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="version_arbre_unique")]

    def __str__(self) -> str:
        return f"version {self.numero}"


class ActionArbre(models.TextChoices):
    CHARGER = "charger", "Fichier relu"
    CREER = "creer", "Créée"
    MODIFIER = "modifier", "Modifiée"
    APPRENDRE = "apprendre", "Nouvelle façon de le dire"
    FUSIONNER = "fusionner", "Fusionnée"
    SCINDER = "scinder", "Scindée"
    RETIRER = "retirer", "Retirée"
    REMETTRE = "remettre", "Remise en service"
    ANNULER = "annuler", "Changement annulé"


class JournalArbre(Identifie):
    """One change of the tree: written with it, never updated.

    `avant` and `apres` hold a snapshot (`matching.journal_arbre.clicher`) for each key of `cles`: the code
    of a compétence, or `theme:<code>`. `deplacees` are the primary keys of the listings that a merge moved.
    `par` is None for the tree's file.
    """

    version = models.PositiveIntegerField("version", unique=True)
    action = models.CharField("action", max_length=10, choices=ActionArbre)
    cles = ArrayField(models.CharField(max_length=60), verbose_name="touchées")
    avant = models.JSONField("avant")
    apres = models.JSONField("après")
    deplacees = models.JSONField("annonces déplacées", default=dict)
    annule = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="annulation", verbose_name="annule"
    )
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "changement de l’arbre"
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_action_display()}"
