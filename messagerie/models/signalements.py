"""A message that somebody reports: what was said around it is kept as it was, for one animation to read."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from echange.socle.horloge import maintenant
from echange.socle.models import Identifie
from messagerie.models.conversations import Conversation, Message
from profils.models import Entreprise, Utilisateur
from territoires.models import Territoire

PRECISION_MAX = 500  # characters
MOT_MAX = 500


class MotifSignalement(models.TextChoices):
    DEMARCHAGE = "demarchage", "Du démarchage\u00a0: on essaie de me vendre quelque chose"
    PROPOS = "propos", "Des propos blessants ou menaçants"
    FRAUDE = "fraude", "Une arnaque, une demande d’argent"
    COORDONNEES = "coordonnees", "Des informations privées sur quelqu’un"
    AUTRE = "autre", "Autre chose"
    REPETITION = "repetition", "Le même texte dans plusieurs conversations"  # ours: nobody reports it

    @classmethod
    def des_personnes(cls) -> list[tuple[str, str]]:
        """What somebody may say of a message."""
        return [(code, libelle) for code, libelle in cls.choices if code != cls.REPETITION]


class EtatSignalement(models.TextChoices):
    NOUVEAU = "nouveau", "À lire"
    PRIS = "pris", "En cours"
    RESOLU = "resolu", "Traité"


class IssueSignalement(models.TextChoices):
    """What the animation decided; each includes those before it but the first."""

    RIEN = "rien", "Rien à reprocher"
    RETRAIT = "retrait", "Retirer le message"
    AVERTISSEMENT = "avertissement", "Retirer le message et avertir l’entreprise"
    SUSPENSION = "suspension", "Retirer le message et suspendre l’entreprise"


class FaitSignalement(models.TextChoices):
    """What the journal of a report notes; a decision is noted by its own code."""

    SIGNALE = "signale", "Signalé"
    RETENU = "retenu", "Retenu avant d’être lu"
    PRIS_ET_LU = "pris_et_lu", "Pris en main et lu"


class SignalementQuerySet(models.QuerySet["Signalement"]):
    def du_ressort_de(self, utilisateur: Utilisateur) -> Self:
        """Reports of the territoires this person animates; without a territoire, the référents'."""
        if utilisateur.est_referent:
            return self
        return self.filter(territoire__animateurs__utilisateur=utilisateur)

    def ouverts(self) -> Self:
        return self.exclude(etat=EtatSignalement.RESOLU)


class Signalement(Identifie):
    """`extrait` is the evidence: the message and the five before and after, copied when it was reported."""

    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="signalements")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="signalements")
    numero = models.PositiveIntegerField("numéro du message")
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="signalements")
    auteur = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    entreprise = models.ForeignKey(
        Entreprise, models.SET_NULL, null=True, verbose_name="entreprise mise en cause", related_name="+"
    )
    territoire = models.ForeignKey(Territoire, models.SET_NULL, null=True, related_name="signalements")
    motif = models.CharField("raison", max_length=12, choices=MotifSignalement)
    precision = models.CharField("précision", max_length=PRECISION_MAX, blank=True)
    extrait = models.JSONField("extrait")
    etat = models.CharField("état", max_length=8, choices=EtatSignalement, default=EtatSignalement.NOUVEAU)
    pris_par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, blank=True, related_name="+")
    issue = models.CharField("décision", max_length=14, choices=IssueSignalement, blank=True)
    reponse = models.CharField("réponse à qui a signalé", max_length=MOT_MAX, blank=True)
    cree_le = models.DateTimeField("signalé le", default=maintenant)
    resolu_le = models.DateTimeField("traité le", null=True, blank=True)

    objects = SignalementQuerySet.as_manager()

    class Meta:
        verbose_name = "signalement"
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["par", "message"], name="signalement_unique"),
            models.CheckConstraint(
                condition=Q(etat="resolu", resolu_le__isnull=False) & ~Q(issue="")
                | ~Q(etat="resolu") & Q(resolu_le__isnull=True, issue=""),
                name="signalement_resolu_decide",
            ),
        ]
        indexes = [models.Index(fields=["territoire", "etat", "-cree_le"], name="signalement_file")]

    def __str__(self) -> str:
        return f"signalement {self.uuid}"


class JournalSignalement(models.Model):
    """Who read the extract, and what was done: written in the same transaction, never updated."""

    signalement = models.ForeignKey(Signalement, models.CASCADE, related_name="journal")
    fait = models.CharField(
        "fait", max_length=20, choices=[*FaitSignalement.choices, *IssueSignalement.choices]
    )
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "journal de signalement"
        ordering = ["le", "id"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.fait}"
