"""Report a message: the animation of one territoire will read this extract, and nothing else of the talk."""

from typing import Any

from django.db import transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from messagerie.erreurs import ConversationDAutrui, MessageNonSignalable
from messagerie.evenements import MessageSignale
from messagerie.models import (
    Conversation,
    Message,
    MotifSignalement,
    Signalement,
)
from messagerie.services.lignes import dire, journaliser
from messagerie.services.ressort import journaliser_signalement, territoire_pour
from profils.models import Utilisateur

AUTOUR = 5  # messages before and after


@transaction.atomic
def signaler_message(
    *, par: Utilisateur, message: Message, motif: MotifSignalement, precision: str = ""
) -> Signalement:
    """Keep the message and what was said around it, and tell the animation; reporting twice is once.

    It goes to the animation of the territoire of the company that wrote, who may warn or suspend it; where
    there is none, to the reporter's, and without either to the référents. Raises `ConversationDAutrui`,
    `MessageNonSignalable`.
    """
    if not Message.objects.lisibles_par(par).filter(pk=message.pk).exists():
        raise ConversationDAutrui
    if message.auteur_id == par.pk or message.est_systeme:
        raise MessageNonSignalable
    signalement, est_nouveau = Signalement.objects.get_or_create(
        par=par,
        message=message,
        defaults={
            "conversation_id": message.conversation_id,
            "numero": message.numero,
            "auteur": message.auteur,
            "entreprise": message.entreprise,
            "territoire": territoire_pour(par, message),
            "motif": motif,
            "precision": precision.strip(),
            "extrait": _copier(message, par),
        },
    )
    if est_nouveau:
        journaliser_signalement(signalement, "signale", par)
        emettre(MessageSignale(signalement.pk))
    return signalement


@transaction.atomic
def retirer_message(*, par: Utilisateur, message: Message) -> None:
    """Hide a message from everyone, its author included; its place in the thread says so. Twice is once.

    For those who moderate: the caller has checked that `par` may.
    """
    visibles = Message.objects.filter(pk=message.pk, retire_le__isnull=True)
    if visibles.update(retire_le=maintenant()):
        conversation = Conversation.objects.get(pk=message.conversation_id)
        dire(conversation, "L’animation du territoire a retiré un message.", refait=message.numero)
        journaliser(conversation, "message_retire", par, numero=message.numero)


@transaction.atomic
def liberer_message(*, par: Utilisateur, message: Message) -> None:
    """Show a held message to everyone, at its place; twice is once.

    For those who moderate: the caller has checked that `par` may.
    """
    if Message.objects.filter(pk=message.pk, retenu_le__isnull=False).update(retenu_le=None):
        conversation = Conversation.objects.get(pk=message.conversation_id)
        dire(
            conversation,
            "L’animation du territoire a relu un message.",
            refait=message.numero,
        )
        journaliser(conversation, "message_relu", par, numero=message.numero)


def _copier(message: Message, par: Utilisateur) -> list[dict[str, Any]]:
    """The evidence, as the reporter could read it."""
    autour = (
        Message.objects.lisibles_par(par)
        .avec_auteurs()
        .filter(
            conversation=message.conversation_id,
            numero__range=(message.numero - AUTOUR, message.numero + AUTOUR),
        )
    )
    return [
        {
            "numero": m.numero,
            "qui": m.auteur.first_name if m.auteur else "",
            "entreprise": m.entreprise.nom if m.entreprise else "",
            "le": m.cree_le.isoformat(),
            "texte": m.texte_visible,
            "a_suite": m.a_suite,
            "est_vise": m.pk == message.pk,
        }
        for m in autour.order_by("numero")
    ]
