"""Conversations: the database is the truth, messages are numbered without gaps."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchVector
from django.db import models
from django.db.models import F, Prefetch, Q, Sum
from django.utils.crypto import salted_hmac

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.models import Echange, Participation
from profils.models import Entreprise, Utilisateur

MESSAGE_MAX = 4000  # characters
RETIRE = "Message retiré par la modération."
RETENU = "Message en attente de relecture par l’animation."


def groupe_de_conversation(uuid: UUID) -> str:
    return f"conversation.{uuid}"


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visibles_par(self, utilisateur: Utilisateur) -> Self:
        """Conversations in which this person takes part; for anyone else they do not exist."""
        return self.filter(participants__utilisateur=utilisateur)

    def ouvertes_a(self, utilisateur: Utilisateur) -> Self:
        """The talks this person may enter or come back to: those of her companies' échanges."""
        siennes = Participation.objects.filter(entreprise__membres__utilisateur=utilisateur)
        return self.filter(echange__in=siennes.values("echange"))

    def rangees(self, utilisateur: Utilisateur, *, archivees: bool) -> Self:
        """Her talks in the list, or those she has put away. A new message takes a talk out of the archive."""
        rangee = Participant.objects.filter(
            conversation=models.OuterRef("pk"),
            utilisateur=utilisateur,
            archivee_jusqua__gte=models.OuterRef("dernier_numero"),
        )
        return self.filter(models.Exists(rangee) if archivees else ~models.Exists(rangee))

    def avec_non_lus(self, utilisateur: Utilisateur) -> Self:
        """Annotate `non_lus`, how many messages this person has not read; keeps visible conversations only.

        Writing moves one's own mark, so one's own messages never count.
        """
        return self.visibles_par(utilisateur).annotate(
            non_lus=F("dernier_numero") - F("participants__lu_jusqua"),
            en_sourdine=F("participants__en_sourdine"),
        )

    def detaillees(self) -> Self:
        """With what a line of the list shows: the companies, and the last message in `derniers`."""
        dernier = Message.objects.filter(numero=F("conversation__dernier_numero")).avec_auteurs()
        participants = Participant.objects.select_related("utilisateur", "entreprise").order_by("pk")
        participations = Participation.objects.presentes().select_related("entreprise").order_by("pk")
        return self.prefetch_related(
            Prefetch("participants", participants),
            Prefetch("echange__participations", participations),
            Prefetch("messages", dernier, to_attr="derniers"),
        )


class Conversation(Identifie, Horodate):
    """The talk of one échange, opened when everyone has accepted."""

    echange = models.OneToOneField(Echange, models.CASCADE, related_name="conversation")
    dernier_numero = models.PositiveIntegerField("dernier numéro", default=0)
    active_le = models.DateTimeField("dernière activité", default=maintenant)
    fermee_le = models.DateTimeField("fermée le", null=True, blank=True)

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
        """The companies of the échange; `sans` leaves out the one this person speaks for.

        Reads what `detaillees` prefetches.
        """
        siennes = {p.entreprise_id for p in self.participants.all() if sans and p.utilisateur_id == sans.pk}
        return [p.entreprise for p in self.echange.participations.all() if p.entreprise_id not in siennes]


CONFIGURATION = "francais"
VECTEUR = SearchVector("texte", config=CONFIGURATION)
DEBUT, FIN = "\ue000", "\ue001"  # around the words found: of private use, nobody types them

# How many messages a participant has not read.
NON_LUS = F("conversation__dernier_numero") - F("lu_jusqua")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def presents(self) -> Self:
        """Those who may read and write now: what a live socket checks, and what writing a message asks."""
        return self.filter(utilisateur__is_active=True)

    def verrouilles(self) -> Self:
        """Their rows locked in the order of those who write (`messagerie.services.ecriture`).

        A transaction that takes people out of several talks locks all of them before it writes in any.
        """
        return self.select_for_update(of=("self",)).order_by("conversation", "utilisateur")

    def a_prevenir(self) -> Self:
        """Those who want a mail of what they have not read: neither muted, nor in a talk that is closed."""
        return self.presents().filter(
            en_sourdine=False,
            conversation__fermee_le__isnull=True,
            lu_jusqua__lt=F("conversation__dernier_numero"),
        )

    def compter_non_lus(self, utilisateur: Utilisateur) -> int:
        """How many messages this person has not read, in all conversations: one query."""
        total: int | None = self.filter(utilisateur=utilisateur).aggregate(n=Sum(NON_LUS))["n"]
        return total or 0


class Participant(models.Model):
    """A person in a conversation, on behalf of a company. Without a row, nothing is read nor written.

    Without a company, she is of the animation, invited; `depuis_numero`: she reads what comes after it.
    `pousse_jusqua`, `courriel_jusqua`: what her browsers were woken for, what a mail was prepared for.
    """

    # No index of its own: the unique constraint's serves.
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="participants", db_index=False
    )
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="participations_conversation")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, null=True, blank=True, related_name="+")
    depuis_numero = models.PositiveIntegerField("lit après le numéro", default=0, db_default=0)
    lu_jusqua = models.PositiveIntegerField("lu jusqu’au numéro", default=0)
    pousse_jusqua = models.PositiveIntegerField("prévenu jusqu’au numéro", default=0, db_default=0)
    courriel_jusqua = models.PositiveIntegerField("écrit jusqu’au numéro", default=0, db_default=0)
    courriel_le = models.DateTimeField("dernier courriel préparé le", null=True, blank=True)
    en_sourdine = models.BooleanField("en sourdine", default=False)
    archivee_jusqua = models.PositiveIntegerField("archivée jusqu’au numéro", null=True, blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "participant"
        constraints = [
            models.UniqueConstraint(fields=["conversation", "utilisateur"], name="participant_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.utilisateur} dans {self.conversation_id}"

    @property
    def est_animation(self) -> bool:
        return self.entreprise_id is None

    @property
    def est_archivee(self) -> bool:
        jusqua = self.archivee_jusqua
        return jusqua is not None and jusqua >= self.conversation.dernier_numero

    @property
    def cle(self) -> str:
        """How pages and live events name this person in this talk; it says nothing else of her."""
        return cle_de(self.conversation_id, self.utilisateur_id)


@lru_cache(maxsize=4096)
def cle_de(conversation_id: int, utilisateur_id: int) -> str:
    return salted_hmac("messagerie.participant", f"{conversation_id}:{utilisateur_id}").hexdigest()[:12]


class MessageQuerySet(models.QuerySet["Message"]):
    def lisibles_par(self, utilisateur: Utilisateur) -> Self:
        """Messages of the conversations in which this person takes part, checked at each reading."""
        return self.filter(
            conversation__participants__utilisateur=utilisateur,
            numero__gt=F("conversation__participants__depuis_numero"),
        )

    def chercher(self, mots: str) -> Self:
        """Those that hold these words, whatever their accents and plurals, each with its `extrait`."""
        question = SearchQuery(mots, config=CONFIGURATION, search_type="websearch")
        extrait = SearchHeadline(
            "texte", question, config=CONFIGURATION, start_sel=DEBUT, stop_sel=FIN, max_words=30, min_words=12
        )
        trouves = self.alias(vecteur=VECTEUR).filter(
            vecteur=question, retire_le__isnull=True, retenu_le__isnull=True
        )
        return trouves.annotate(extrait=extrait)

    def avec_auteurs(self) -> Self:
        """With what a line shows."""
        return self.select_related("auteur", "entreprise")

    def depuis(self, numero: int) -> Self:
        """What is missing after `numero`, in order."""
        return self.filter(numero__gt=numero).order_by("numero")


class Message(models.Model):
    """One line of a conversation. `auteur` is null for a line written by the platform."""

    # No index of its own: those of the unique constraints serve.
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    numero = models.PositiveIntegerField("numéro")
    # No index of its own either: `message_auteur_recents` begins with it.
    auteur = models.ForeignKey(
        Utilisateur, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )
    entreprise = models.ForeignKey(Entreprise, models.SET_NULL, null=True, blank=True, related_name="+")
    est_systeme = models.BooleanField("écrit par la plateforme", default=False)
    texte = models.TextField("message", max_length=MESSAGE_MAX)
    cle_client = models.UUIDField(
        "clé du client", null=True, blank=True, help_text="Un renvoi du même message porte la même clé."
    )
    a_suite = models.BooleanField(
        "porte plus que son texte",
        default=False,
        db_default=False,
        help_text="Des coordonnées, des fichiers.",
    )
    refait = models.PositiveIntegerField(
        "refait le numéro", null=True, blank=True, help_text="Cette ligne change une ligne d’avant."
    )
    retire_le = models.DateTimeField("retiré par la modération le", null=True, blank=True)
    retenu_le = models.DateTimeField("retenu avant relecture le", null=True, blank=True)
    cree_le = models.DateTimeField("écrit le", default=maintenant)

    objects = MessageQuerySet.as_manager()

    SUITE: ClassVar = ("coordonnees", "pieces")  # what `a_suite` announces

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
        indexes = [
            GinIndex(VECTEUR, name="message_recherche"),
            models.Index(fields=["auteur", "cree_le"], name="message_auteur_recents"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} n° {self.numero}"

    @property
    def texte_visible(self) -> str:
        """What anyone may be shown, on the site as by mail."""
        if self.retire_le:
            return RETIRE
        return RETENU if self.retenu_le else self.texte

    @property
    def montre_sa_suite(self) -> bool:
        return self.a_suite and not self.est_cache

    @property
    def est_cache(self) -> bool:
        """Whether its words are shown to nobody, or to its author alone."""
        return bool(self.retire_le or self.retenu_le)
