"""Somebody of the animation comes into a talk when a participant asks her, in view of all."""

from django.db import transaction
from django.db.models import QuerySet

from echange.socle.reveil import DROITS, groupe_de, reveiller
from messagerie.erreurs import AnimationDejaLa, ConversationDAutrui
from messagerie.models import Conversation, Participant
from messagerie.notifications.boite import prevenir
from messagerie.notifications.conversations import AnimationInvitee
from messagerie.services.lignes import dire, journaliser, prenom_de
from profils.models import Utilisateur


def equipe_a_inviter(conversation: Conversation, personne: Utilisateur) -> QuerySet[Utilisateur]:
    """Who animates the territoire of the company this person speaks for, and is not in the talk."""
    return (
        Utilisateur.objects.filter(
            is_active=True,
            animations__territoire__communes__entreprises__in=Participant.objects.filter(
                conversation=conversation, utilisateur=personne
            ).values("entreprise"),
        )
        .exclude(participations_conversation__conversation=conversation)
        .distinct()
        .order_by("first_name", "pk")
    )


@transaction.atomic
def inviter_animation(
    *, par: Utilisateur, conversation: Conversation, animatrice: Utilisateur, lit_tout: bool
) -> None:
    """Let her read and write from now on, what was said before included when `lit_tout`.

    A line says so to everyone. Raises `ConversationDAutrui`, `AnimationDejaLa`.
    """
    if not Participant.objects.filter(
        conversation=conversation, utilisateur=par, entreprise__isnull=False
    ).exists():
        raise ConversationDAutrui
    if not equipe_a_inviter(conversation, par).filter(pk=animatrice.pk).exists():
        raise AnimationDejaLa
    invitee = prenom_de(animatrice)
    portee = "peut lire toute la conversation" if lit_tout else "lit la conversation à partir d’ici"
    ligne = dire(
        conversation,
        f"{prenom_de(par)} invite {invitee}, de l’animation du territoire. {invitee} {portee}.",
    )
    Participant.objects.create(
        conversation=conversation,
        utilisateur=animatrice,
        entreprise=None,
        depuis_numero=0 if lit_tout else ligne.numero - 1,
        lu_jusqua=ligne.numero - 1,
    )
    reveiller(groupe_de(animatrice.pk), DROITS)
    journaliser(conversation, "animation_invitee", par, lit_tout=lit_tout)
    prevenir(AnimationInvitee(str(conversation.uuid), prenom_de(par), ligne.numero), [animatrice])


@transaction.atomic
def raccompagner_animation(*, par: Utilisateur, conversation: Conversation, animatrice: Utilisateur) -> None:
    """End the invitation; any participant may. Raises `ConversationDAutrui`."""
    if not Participant.objects.filter(conversation=conversation, utilisateur=par).exists():
        raise ConversationDAutrui
    sorties, _ = Participant.objects.filter(
        conversation=conversation, utilisateur=animatrice, entreprise__isnull=True
    ).delete()
    if sorties:
        reveiller(groupe_de(animatrice.pk), DROITS)
        dire(conversation, f"{prenom_de(animatrice)}, de l’animation, n’est plus dans la conversation.")
        journaliser(conversation, "animation_partie", par)
