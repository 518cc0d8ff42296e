"""What people are told: one row per person and fact, both the line they read and the mail to send."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from echange.socle.horloge import maintenant
from echange.socle.models import Identifie
from messagerie.models.conversations import Participant
from profils.models import Utilisateur

CALME_DE, CALME_A = 21, 7  # hours in Paris: no mail in the evening nor at night, unless asked for
TITRE_MAX = 200
MESSAGE_NON_LU = "message_non_lu"  # the one kind whose line on the site is the conversation itself


class Rythme(models.TextChoices):
    """When a mail goes. The line on the site is always there."""

    AUSSITOT = "aussitot", "Tout de suite"
    QUOTIDIEN = "quotidien", "Une fois par jour"
    HEBDOMADAIRE = "hebdo", "Une fois par semaine"
    JAMAIS = "jamais", "Jamais"


RYTHMES_GROUPES = (Rythme.QUOTIDIEN, Rythme.HEBDOMADAIRE)


class EtatEnvoi(models.TextChoices):
    SANS = "sans", "Sans courriel"
    ATTENTE = "attente", "À envoyer"
    EN_COURS = "en_cours", "En cours d’envoi"
    ENVOYE = "envoye", "Envoyé"
    INUTILE = "inutile", "Lue avant l’envoi"
    MORT = "mort", "Abandonné"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        return self.filter(destinataire=utilisateur).sur_le_site()

    def sur_le_site(self) -> Self:
        """Lines under the bell; a message that waits is counted and read elsewhere."""
        return self.exclude(genre=MESSAGE_NON_LU)

    def non_lues(self) -> Self:
        return self.filter(lue_le__isnull=True)

    def du_lot(self, lot: UUID | None) -> Self:
        """The rows of a mail that has not left yet, in the order it tells them."""
        return self.filter(lot=lot, etat_envoi=EtatEnvoi.EN_COURS).order_by("cree_le", "pk")

    def a_reprendre(self, instant: datetime) -> Self:
        """Rows of mails to try again: refused for a time, or held by a worker that died."""
        return self.filter(etat_envoi=EtatEnvoi.EN_COURS, reprendre_apres__lte=instant)

    def dues(self, instant: datetime) -> Self:
        """What a mail should leave for, the longest due first."""
        return self.filter(etat_envoi=EtatEnvoi.ATTENTE, envoyer_apres__lte=instant).order_by(
            "envoyer_apres", "pk"
        )

    def sans_objet(self) -> None:
        """Of these rows not sent yet, give up those that nobody needs, or wants, in a mail any more."""
        self.filter(lue_le__isnull=False).update(etat_envoi=EtatEnvoi.INUTILE)
        messages = self.filter(genre=MESSAGE_NON_LU).alias(
            conversation_dite=KT("donnees__conversation"), jusqua_dit=KT("donnees__jusqua")
        )
        messages.filter(~Exists(_attente_d_un_message())).update(etat_envoi=EtatEnvoi.INUTILE)
        refusees = ReglageAvis.objects.filter(
            utilisateur=OuterRef("destinataire"), genre=OuterRef("genre"), rythme=Rythme.JAMAIS
        )
        self.filter(Q(destinataire__is_active=False) | Exists(refusees)).update(etat_envoi=EtatEnvoi.SANS)


def _attente_d_un_message() -> models.QuerySet[Participant]:
    """Whether the messages a notification tells of still wait for its person, and she still wants a mail."""
    return Participant.objects.a_prevenir().filter(
        utilisateur=OuterRef("destinataire"),
        conversation__uuid=Cast(OuterRef("conversation_dite"), models.UUIDField()),
        lu_jusqua__lt=Cast(OuterRef("jusqua_dit"), models.IntegerField()),
    )


class Notification(Identifie):
    """One fact told to one person, once (`notification_unique`, `notification_adresse_unique`).

    Somebody without an account is an `adresse`, and reads mails alone.

    `donnees` is what its mail says (see `messagerie.notifications.avis`); `titre` and `chemin` are the line
    on the site. The rest is the outbox: `lot` names the mail that one or several rows leave in, and gives it
    its Message-ID, the same however many times it is tried; until `reprendre_apres` it is somebody's.
    """

    destinataire = models.ForeignKey(
        Utilisateur, models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    adresse = models.EmailField("adresse sans compte", blank=True, default="", db_default="")
    genre = models.CharField("genre", max_length=40)
    cle = models.CharField("fait", max_length=120)
    donnees = models.JSONField("données", default=dict)
    titre = models.CharField("titre", max_length=TITRE_MAX)
    chemin = models.CharField("chemin", max_length=300)
    cree_le = models.DateTimeField("créée le", default=maintenant)
    lue_le = models.DateTimeField("lue le", null=True, blank=True)
    rythme = models.CharField("rythme", max_length=9, choices=Rythme, default=Rythme.AUSSITOT)
    etat_envoi = models.CharField("courriel", max_length=8, choices=EtatEnvoi, default=EtatEnvoi.ATTENTE)
    envoyer_apres = models.DateTimeField("à envoyer après", null=True, blank=True)
    lot = models.UUIDField("courriel", null=True, blank=True)
    reprendre_apres = models.DateTimeField("à reprendre après", null=True, blank=True)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    erreur = models.CharField("dernière erreur", max_length=300, blank=True)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "notification"
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["destinataire", "genre", "cle"], name="notification_unique"),
            models.UniqueConstraint(
                fields=["adresse", "genre", "cle"],
                condition=~Q(adresse=""),
                name="notification_adresse_unique",
            ),
            models.CheckConstraint(
                condition=Q(destinataire__isnull=False, adresse="")
                | Q(destinataire__isnull=True) & ~Q(adresse=""),
                name="notification_un_destinataire",
            ),
            models.CheckConstraint(
                condition=~Q(etat_envoi="attente") | Q(envoyer_apres__isnull=False),
                name="notification_attente_datee",
            ),
            models.CheckConstraint(
                condition=~Q(etat_envoi="en_cours") | Q(lot__isnull=False, reprendre_apres__isnull=False),
                name="notification_en_cours_prise",
            ),
            models.CheckConstraint(
                condition=~Q(etat_envoi="envoye") | Q(lot__isnull=False, envoye_le__isnull=False),
                name="notification_envoyee_datee",
            ),
        ]
        indexes = [
            models.Index(
                fields=["envoyer_apres", "id"],
                condition=Q(etat_envoi="attente"),
                name="notification_dues",
            ),
            models.Index(
                fields=["reprendre_apres"], condition=Q(etat_envoi="en_cours"), name="notification_prises"
            ),
            models.Index(fields=["destinataire", "-cree_le"], name="notification_recentes"),
            # all that was said of one fact, to settle or to count it; of a family too: how its key begins
            models.Index("genre", OpClass("cle", name="varchar_pattern_ops"), name="notification_fait"),
            models.Index(
                fields=["destinataire"], condition=Q(lue_le__isnull=True), name="notification_non_lues"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.genre} {self.cle}"

    @property
    def courriel(self) -> str:
        """Where its mail goes."""
        return self.destinataire.email if self.destinataire else self.adresse


class ReglageAvis(models.Model):
    """The rhythm one person chose for one kind of notice; without a row, the kind's own."""

    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="reglages_avis")
    genre = models.CharField("genre", max_length=40)
    rythme = models.CharField("rythme", max_length=9, choices=Rythme)

    class Meta:
        verbose_name = "réglage d’avis"
        constraints = [models.UniqueConstraint(fields=["utilisateur", "genre"], name="reglage_avis_unique")]

    def __str__(self) -> str:
        return f"{self.genre}\u00a0: {self.get_rythme_display()}"


class ReglageCourriels(models.Model):
    """Hours (0–23, in Paris) between which no mail leaves; the same twice means no such hours."""

    utilisateur = models.OneToOneField(Utilisateur, models.CASCADE, related_name="reglage_courriels")
    calme_de = models.PositiveSmallIntegerField(
        "pas de courriel à partir de", default=CALME_DE, validators=[MaxValueValidator(23)]
    )
    calme_a = models.PositiveSmallIntegerField("jusqu’à", default=CALME_A, validators=[MaxValueValidator(23)])

    class Meta:
        verbose_name = "réglage des courriels"
        constraints = [
            models.CheckConstraint(
                condition=Q(calme_de__lte=23, calme_a__lte=23), name="reglage_courriels_heures"
            )
        ]

    def __str__(self) -> str:
        return f"{self.calme_de} h – {self.calme_a} h"

    @classmethod
    def par_defaut(cls) -> Self:
        """Quiet at night; a demonstration is looked at whatever the hour."""
        return cls(calme_de=0, calme_a=0) if settings.DEMO else cls()
