"""« On vous a écrit »: one mail per conversation that waits for somebody for five minutes.

A message costs nothing here: every minute, whoever has been left waiting is found and claimed
(`Participant.courriel_jusqua`) in the transaction that puts the mail in the outbox. Killed anywhere, the next
minute does it, once. The mail is written when it leaves, from what is unread by then
(`messagerie.notifications.fil`), and does not leave when nothing is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Greatest
from django.urls import reverse

from echange.socle.horloge import maintenant
from messagerie.models import EtatEnvoi, Message, Notification, Participant
from messagerie.models.conversations import ParticipantQuerySet
from messagerie.models.notifications import MESSAGE_NON_LU, TITRE_MAX
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir
from messagerie.notifications.fil import nommer

ATTENTE = timedelta(minutes=5)  # whoever is at her screen has read by then
ECART = timedelta(minutes=15)  # between two mails of a conversation she has not come back to


@enregistrer
@dataclass(frozen=True)
class MessagesNonLus(Avis):
    """Messages of one conversation, after `depuis` up to `jusqua`, by `qui` (« Brune (Menuiserie) »)."""

    genre: ClassVar[Genre] = Genre(MESSAGE_NON_LU, "Un message vous attend depuis cinq minutes")

    conversation: str
    depuis: int
    jusqua: int
    qui: list[str]

    @property
    def cle(self) -> str:
        return f"{self.conversation}:{self.depuis}"

    @property
    def titre(self) -> str:
        if len(self.qui) == 1:
            return f"{self.qui[0]} vous a écrit"
        return f"{', '.join(self.qui[:-1])} et {self.qui[-1]} vous ont écrit"

    @property
    def chemin(self) -> str:
        return reverse("messagerie:conversation", args=[self.conversation])


def prevenir_des_non_lus() -> int:
    """Put in the outbox what has been waiting; return how many conversations it is about."""
    instant = maintenant()
    cles = list(_en_attente(instant).order_by("pk").values_list("pk", flat=True))
    return sum(_prevenir(cle, instant) for cle in cles)


def _en_attente(instant: datetime) -> ParticipantQuerySet:
    """Participants whom somebody has written to `ATTENTE` ago, and whom no mail was prepared for since."""
    attendus = Message.objects.filter(
        conversation=OuterRef("conversation"),
        numero__gt=Greatest(OuterRef("lu_jusqua"), OuterRef("courriel_jusqua")),
        auteur__isnull=False,
        retire_le__isnull=True,
        retenu_le__isnull=True,
        cree_le__lte=instant - ATTENTE,
    )
    espaces = Q(courriel_le__isnull=True) | Q(courriel_le__lte=instant - ECART)
    return Participant.objects.a_prevenir().filter(
        espaces | Q(lu_jusqua__gte=F("courriel_jusqua")),
        Exists(attendus),
        courriel_jusqua__lt=F("conversation__dernier_numero"),
    )


@transaction.atomic
def _prevenir(cle: int, instant: datetime) -> bool:
    """Claim one participant and tell her; False when another worker got there first, or she has read."""
    verrouille = Participant.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    if not verrouille.filter(pk=cle).exists():
        return False
    participant = _en_attente(instant).filter(pk=cle).select_related("conversation", "utilisateur").first()
    if participant is None:
        return False
    depuis = max(participant.lu_jusqua, participant.courriel_jusqua)
    jusqua = participant.conversation.dernier_numero
    Participant.objects.filter(pk=cle).update(courriel_jusqua=jusqua, courriel_le=instant)
    en_boite = _pas_encore_partie(participant)
    if en_boite is not None:
        depuis = en_boite.donnees["depuis"]
    qui = _auteurs(participant, depuis, jusqua)
    avis = MessagesNonLus(str(participant.conversation.uuid), depuis, jusqua, qui)
    if en_boite is None:
        prevenir(avis, [participant.utilisateur])
    else:
        siennes = Notification.objects.filter(pk=en_boite.pk)
        siennes.update(donnees=avis.donnees, titre=avis.titre[:TITRE_MAX])
    return True


def _pas_encore_partie(participant: Participant) -> Notification | None:
    """The mail of this conversation that waits for the morning or for a digest: it will say this too."""
    en_boite = Notification.objects.select_for_update().filter(
        destinataire=participant.utilisateur_id,
        genre=MESSAGE_NON_LU,
        etat_envoi=EtatEnvoi.ATTENTE,
        donnees__conversation=str(participant.conversation.uuid),
    )
    return en_boite.first()


def _auteurs(participant: Participant, depuis: int, jusqua: int) -> list[str]:
    """Who has written, in the order of their first message."""
    ecrits = participant.conversation.messages.filter(
        numero__gt=depuis, numero__lte=jusqua, auteur__isnull=False
    )
    noms = (nommer(message) for message in ecrits.avec_auteurs().order_by("numero"))
    return list(dict.fromkeys(noms))
