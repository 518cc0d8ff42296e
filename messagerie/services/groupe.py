"""Who is in the talk, and for which company: people who arrive, leave, come back, or speak for another.

A person leaves by losing her row of participant, which is what every reading and writing looks at. Locks,
when there are several: participants by primary key, then the conversation.
"""

from django.db import transaction
from django.db.models import QuerySet

from echange.socle.reveil import DROITS, groupe_de, reveiller
from matching.models import Echange, Participation
from matching.models.echanges import STATUTS_TERMINES
from messagerie.erreurs import ConversationDAutrui
from messagerie.models import Conversation, Participant, Rappel
from messagerie.services.coordonnees import effacer_coordonnees_de
from messagerie.services.lignes import dire, journaliser, prenom_de
from messagerie.services.rappels import retour_de
from profils.evenements import MembreArrive, MembreParti
from profils.models import Entreprise, Membre, Utilisateur


@transaction.atomic
def accueillir(fait: MembreArrive) -> None:
    """Bring somebody who has joined a company into the talks of its échanges; what was said is there to
    read, and does not count as unread. Nor does her arrival in the talk of an échange that is over: whoever
    had read everything there is not called back to it."""
    nouvelle = Utilisateur.objects.get(pk=fait.utilisateur_id)
    invitante = Utilisateur.objects.get(pk=fait.par_id)
    entreprise = Entreprise.objects.get(pk=fait.entreprise_id)
    entree = f"{prenom_de(invitante)} a invité {prenom_de(nouvelle)}, qui rejoint la conversation pour"
    conversations = _conversations_de(entreprise)
    anciennes = set(conversations.filter(echange__statut__in=STATUTS_TERMINES))
    list(
        Participant.objects.filter(conversation__in=anciennes).verrouilles()
    )  # they are marked as read below
    for conversation in conversations:
        possibles = voix_possibles(nouvelle, conversation)
        if possibles.filter(pk=entreprise.pk).exists() and _entrer(conversation, nouvelle, entreprise):
            ligne = dire(conversation, f"{entree} {entreprise.nom}.")
            journaliser(conversation, "arrivee", nouvelle, invitante=invitante.pk)
            if conversation in anciennes:
                a_jour = conversation.participants.filter(lu_jusqua=ligne.numero - 1)
                a_jour.update(lu_jusqua=ligne.numero)


@transaction.atomic
def raccompagner(fait: MembreParti) -> None:
    """Take somebody who has left a company out of its talks, unless she is there for another one too."""
    partie = Utilisateur.objects.get(pk=fait.utilisateur_id)
    Rappel.objects.filter(
        utilisateur=partie, conversation__echange__participations__entreprise=fait.entreprise_id
    ).delete()
    presences = Participant.objects.filter(utilisateur=partie, entreprise_id=fait.entreprise_id)
    for presence in presences.verrouilles().select_related("conversation"):
        autre = voix_possibles(partie, presence.conversation).first()
        if autre is not None:
            Participant.objects.filter(pk=presence.pk).update(entreprise=autre)
        else:
            _sortir(presence, partie)


@transaction.atomic
def quitter_conversation(*, par: Utilisateur, conversation: Conversation) -> None:
    """Leave the talk, for oneself only: the échange and one's colleagues stay.

    Raises `ConversationDAutrui`.
    """
    presence = _presence_verrouillee(par, conversation)
    _sortir(presence, par)


@transaction.atomic
def revenir(*, par: Utilisateur, echange: Echange) -> Conversation:
    """Come back to the talk of one of one's company's échanges. Raises `ConversationDAutrui`."""
    conversation = Conversation.objects.filter(echange=echange).first()
    entreprise = voix_possibles(par, conversation).first() if conversation else None
    if conversation is None or entreprise is None:
        raise ConversationDAutrui
    if _entrer(conversation, par, entreprise):
        dire(conversation, f"{retour_de(par, conversation)} dans la conversation pour {entreprise.nom}.")
        journaliser(conversation, "retour", par)
    return conversation


@transaction.atomic
def choisir_voix(*, par: Utilisateur, conversation: Conversation, entreprise: Entreprise) -> None:
    """Speak for another of one's companies in this talk, from the next message on.

    Raises `ConversationDAutrui` when it takes no part in the échange, or is not hers.
    """
    presence = _presence_verrouillee(par, conversation)
    if not voix_possibles(par, conversation).filter(pk=entreprise.pk).exists():
        raise ConversationDAutrui
    Participant.objects.filter(pk=presence.pk).update(entreprise=entreprise)


def voix_possibles(personne: Utilisateur, conversation: Conversation) -> QuerySet[Entreprise]:
    """The companies of the échange that this person may speak for, the first in the échange first.

    In a talk of several, a company that blocks another has left for all its people; a talk of two closes.
    """
    presentes = Participation.objects.presentes().filter(echange=conversation.echange_id)
    siennes = Entreprise.objects.filter(
        membres__utilisateur=personne,
        participations__echange=conversation.echange_id,
        participations__sortie="",
    ).order_by("participations__pk")
    if presentes.count() > 2:
        siennes = siennes.exclude(blocages__bloquee__in=presentes.values("entreprise"))
    return siennes


def membres_de_l_echange(echange_id: int) -> QuerySet[Membre]:
    """Everyone who may talk: the active members of every company still in it, in the order of the échange."""
    return Membre.objects.filter(
        entreprise__participations__echange=echange_id,
        entreprise__participations__sortie="",
        utilisateur__is_active=True,
    ).order_by("entreprise__participations__pk", "pk")


def _conversations_de(entreprise: Entreprise) -> QuerySet[Conversation]:
    siennes = Conversation.objects.filter(
        echange__participations__entreprise=entreprise, echange__participations__sortie=""
    )
    return siennes.order_by("pk")


def _entrer(conversation: Conversation, personne: Utilisateur, entreprise: Entreprise) -> bool:
    """Give this person her row, all read; False when she had it already."""
    dernier = Conversation.objects.values_list("dernier_numero", flat=True).get(pk=conversation.pk)
    _, est_nouvelle = Participant.objects.get_or_create(
        conversation=conversation,
        utilisateur=personne,
        defaults={"entreprise": entreprise, "lu_jusqua": dernier},
    )
    reveiller(groupe_de(personne.pk), DROITS)  # her open pages follow this talk too
    return est_nouvelle


def _sortir(presence: Participant, personne: Utilisateur) -> None:
    effacer_coordonnees_de(personne, presence.conversation)
    dire(presence.conversation, f"{prenom_de(personne)} a quitté la conversation.")
    journaliser(presence.conversation, "depart", personne)
    presence.delete()
    reveiller(groupe_de(personne.pk), DROITS)


def _presence_verrouillee(par: Utilisateur, conversation: Conversation) -> Participant:
    siennes = Participant.objects.filter(conversation=conversation, utilisateur=par)
    presence = siennes.select_for_update(of=("self",)).select_related("conversation").first()
    if presence is None:
        raise ConversationDAutrui
    return presence
