"""Who is in a talk and who has read it, in words."""

from dataclasses import dataclass
from datetime import datetime

from messagerie.models import Conversation, Participant, Rappel
from messagerie.models.conversations import cle_de
from messagerie.services.rappels import collegues_absents
from profils.models import Utilisateur


@dataclass(frozen=True, slots=True)
class Lectures:
    """`lecteurs`: the others; `noms`: those of them who have read the last message, its author aside."""

    lecteurs: list[Participant]
    noms: list[str]


def lectures_de(conversation: Conversation, lecteur: Utilisateur) -> Lectures:
    """Read the participants prefetched by `detaillees`; the last message is read there too."""
    autres = [p for p in conversation.participants.all() if p.utilisateur_id != lecteur.pk]
    dernier = conversation.dernier_message
    auteur = dernier.auteur_id if dernier else None
    noms = [
        nom_de(p) for p in autres if p.lu_jusqua >= conversation.dernier_numero and p.utilisateur_id != auteur
    ]
    return Lectures(autres, noms)


def nom_de(participant: Participant) -> str:
    if participant.entreprise is None:
        return f"{participant.utilisateur.first_name or 'Quelqu’un'} (animation)"
    return participant.utilisateur.first_name or participant.entreprise.nom


@dataclass(frozen=True, slots=True)
class CollegueAbsent:
    """`cle`: how the page names her; `rappele_le`: when she was asked back, None if she was not."""

    prenom: str
    cle: str
    rappele_le: datetime | None


def collegues_a_rappeler(presence: Participant) -> list[CollegueAbsent]:
    """The colleagues that this participant may ask back; nobody for the animation."""
    rappels = dict(
        Rappel.objects.filter(conversation=presence.conversation_id).values_list("utilisateur_id", "cree_le")
    )
    return [
        CollegueAbsent(c.first_name or c.email, cle_de(presence.conversation_id, c.pk), rappels.get(c.pk))
        for c in collegues_absents(presence)
    ]
