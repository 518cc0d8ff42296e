"""Conversations: the database is the truth, messages are numbered without gaps."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Prefetch, Q, Sum

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.models import Echange
from profils.models import Entreprise, Utilisateur

MESSAGE_MAX = 4000  # characters


def groupe_de_conversation(uuid: UUID) -> str:
    return f"conversation.{uuid}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Conversations in which this person takes part; for anyone else they do not exist."""
        return self.filter(participants__utilisateur=utilisateur)

    def avec_non_lus(self, utilisateur: Utilisateur) -> Self:
        """Annotate `non_lus`, how many messages this person has not read; keeps visible conversations only.

        Writing moves one's own mark, so one's own messages never count.
        """
        return self.visibles_par(utilisateur).annotate(
            non_lus=F("dernier_numero") - F("participants__lu_jusqua")
        )

    def detaillees(self) -> Self:
        """With what a line of the list shows: the companies, and the last message in `derniers`."""
        dernier = Message.objects.filter(numero=F("conversation__dernier_numero")).avec_auteurs()
        participants = Participant.objects.select_related("utilisateur", "entreprise").order_by("pk")
        return self.prefetch_related(
            Prefetch("participants", participants),
            Prefetch("messages", dernier, to_attr="derniers"),
        )


class Conversation(Identifie, Horodate):
    """The talk of one échange, opened when everyone has accepted."""

    echange = models.OneToOneField(Echange, models.CASCADE, related_name="conversation")
    dernier_numero = models.PositiveIntegerField("dernier numéro", default=0)
    active_le = models.DateTimeField("dernière activité", default=maintenant)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = "conversation"
        ordering = ["-active_le"]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def groupe(self) -> str:
        """Name of the group of live sockets of this conversation's people."""
        return groupe_de_conversation(self.uuid)

    @property
    def dernier_message(self) -> Message | None:
        """The last message, read by `detaillees`."""
        derniers: list[Message] = self.derniers  # type: ignore[attr-defined]  # set by the prefetch
        return derniers[0] if derniers else None

    def entreprises(self, *, sans: Utilisateur | None = None) -> list[Entreprise]:
        """The companies that talk here, each once; `sans` leaves out the one this person acts for.

        Reads the prefetched participants of `detaillees`.
        """
        participants = list(self.participants.all())
        siennes = {p.entreprise_id for p in participants if sans and p.utilisateur_id == sans.pk}
        toutes = {p.entreprise_id: p.entreprise for p in participants}
        return [entreprise for cle, entreprise in toutes.items() if cle not in siennes]


# How many messages a participant has not read.
NON_LUS = F("conversation__dernier_numero") - F("lu_jusqua")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def presents(self) -> Self:
        """Those who may read and write now: what a live socket checks, and what writing a message asks."""
        return self.filter(utilisateur__is_active=True)

    def compter_non_lus(self, utilisateur: Utilisateur) -> int:
        """How many messages this person has not read, in all conversations: one query."""
        total: int | None = self.filter(utilisateur=utilisateur).aggregate(n=Sum(NON_LUS))["n"]
        return total or 0


class Participant(models.Model):
    """A person in a conversation, on behalf of a company."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="participations_conversation")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="+")
    lu_jusqua = models.PositiveIntegerField("lu jusqu’au numéro", default=0)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "participant"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "utilisateur"], name="participant_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} dans {self.conversation_id}"


class MessageQuerySet(models.QuerySet["Message"]):
    def lisibles_par(self, utilisateur: Utilisateur) -> Self:
        """Messages of the conversations in which this person takes part, checked at each reading."""
        return self.filter(conversation__participants__utilisateur=utilisateur)

    def avec_auteurs(self) -> Self:
        return self.select_related("auteur", "entreprise")

    def depuis(self, numero: int) -> Self:
        """What is missing after `numero`, in order."""
        return self.filter(numero__gt=numero).order_by("numero")


class Message(models.Model):
    """One line of a conversation. `auteur` is null for a line written by the platform."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    numero = models.PositiveIntegerField("numéro")
    auteur = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, blank=True, related_name="messages")
    entreprise = models.ForeignKey(Entreprise, models.SET_NULL, null=True, blank=True, related_name="+")
    est_systeme = models.BooleanField("écrit par la plateforme", default=False)
    texte = models.TextField("message", max_length=MESSAGE_MAX)
    cle_client = models.UUIDField(
        "clé du client", null=True, blank=True, help_text="Un renvoi du même message porte la même clé."
    )
    cree_le = models.DateTimeField("écrit le", default=maintenant)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ["numero"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "numero"], name="message_numero_unique"),
            models.UniqueConstraint(
                fields=["conversation", "auteur", "cle_client"], name="message_cle_client_unique"
            ),
            models.CheckConstraint(condition=~Q(texte=""), name="message_texte_present"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} n° {self.numero}"
