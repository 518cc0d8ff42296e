"""A colleague has left the talk: one may ask her back. She comes by herself, or does not."""

from django.db import transaction
from django.db.models import QuerySet

from messagerie.erreurs import CollegueDejaLa, ConversationDAutrui, ConversationFermee
from messagerie.models import Conversation, Participant, Rappel
from messagerie.notifications.boite import prevenir
from messagerie.notifications.collegues import CollegueRappelee
from messagerie.services.lignes import journaliser, prenom_de
from profils.models import Utilisateur


def collegues_absents(presence: Participant) -> QuerySet[Utilisateur]:
    """Who else acts for the company this participant speaks for, and is not in the talk."""
    if presence.entreprise_id is None:  # of the animation
        return Utilisateur.objects.none()
    return (
        Utilisateur.objects.filter(is_active=True, appartenances__entreprise=presence.entreprise_id)
        .exclude(participations_conversation__conversation=presence.conversation_id)
        .order_by("first_name", "pk")
    )


@transaction.atomic
def rappeler_collegue(*, par: Utilisateur, conversation: Conversation, collegue: Utilisateur) -> Rappel:
    """Tell a colleague that she is missed, once until she comes back: asked again, the first one stands.

    Raises `ConversationDAutrui`, `ConversationFermee`, `CollegueDejaLa` (or no colleague).
    """
    presence = Participant.objects.filter(
        conversation=conversation, utilisateur=par, entreprise__isnull=False
    ).first()
    if presence is None:
        raise ConversationDAutrui
    if Conversation.objects.filter(pk=conversation.pk, fermee_le__isnull=False).exists():
        raise ConversationFermee
    if not collegues_absents(presence).filter(pk=collegue.pk).exists():
        raise CollegueDejaLa
    rappel, est_nouveau = Rappel.objects.get_or_create(
        conversation=conversation, utilisateur=collegue, defaults={"par": par}
    )
    if est_nouveau:
        journaliser(conversation, "rappel", par, qui=collegue.pk)
        autres = conversation.echange.participations.presentes().exclude(entreprise=presence.entreprise_id)
        noms = list(autres.order_by("pk").values_list("entreprise__nom", flat=True))
        avis = CollegueRappelee(str(conversation.echange.uuid), prenom_de(par), noms, rappel.pk)
        prevenir(avis, [collegue])
    return rappel


def retour_de(personne: Utilisateur, conversation: Conversation) -> str:
    """How the talk says that she is back, and by whom she was asked; what asked her is forgotten."""
    rappel = (
        Rappel.objects.filter(conversation=conversation, utilisateur=personne).select_related("par").first()
    )
    if rappel is None:
        return f"{prenom_de(personne)} revient"
    rappel.delete()
    return f"{prenom_de(rappel.par)} a invité {prenom_de(personne)}, qui revient"
