"""What goes with a talk: cards with one's phone and address, who is asked back, and the journal of who came
and went."""

from django.db import models
from django.db.models import Q

from echange.socle.horloge import maintenant
from messagerie.models.conversations import Conversation, Message
from profils.models import Utilisateur


class Coordonnees(models.Model):
    """The card that one message carries. Taken back, it keeps its date and nothing else."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="coordonnees")
    proprietaire = models.ForeignKey(Utilisateur, models.CASCADE, related_name="+")
    telephone = models.CharField("téléphone", max_length=16, blank=True)
    courriel = models.EmailField("adresse e-mail", blank=True)
    retirees_le = models.DateTimeField("retirées le", null=True, blank=True)

    class Meta:
        verbose_name = "coordonnées partagées"
        verbose_name_plural = "coordonnées partagées"
        constraints = [
            models.CheckConstraint(
                condition=Q(telephone="", courriel="", retirees_le__isnull=False)
                | (Q(retirees_le__isnull=True) & ~Q(telephone="", courriel="")),
                name="coordonnees_presentes_ou_retirees",
            )
        ]

    def __str__(self) -> str:
        return f"coordonnées du message {self.message_id}"


class Rappel(models.Model):
    """A colleague who has left the talk is asked to come back, once; the row goes when she does."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="rappels")
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="+")
    par = models.ForeignKey(Utilisateur, models.CASCADE, related_name="+")
    cree_le = models.DateTimeField("demandé le", default=maintenant)

    class Meta:
        verbose_name = "rappel"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "utilisateur"], name="rappel_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} rappelé dans {self.conversation_id}"


class JournalConversation(models.Model):
    """What happened to a talk beside its messages: written in the same transaction, never updated."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="journal")
    fait = models.CharField("fait", max_length=30)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    details = models.JSONField("détails", default=dict)
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "journal de conversation"
        ordering = ["le", "id"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.fait}"
