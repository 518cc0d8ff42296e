"""A company blocks another, or is forgotten: their talks end, or its people leave those of several."""

from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction
from django.db.models import QuerySet

from echange.socle.horloge import maintenant
from echange.socle.reveil import DROITS, groupe_de, reveiller
from matching.choix import Motif
from matching.erreurs import EchangeDejaConclu, EchangePasEnCours
from matching.models import Echange, StatutEchange
from matching.models.echanges import STATUTS_OUVERTS
from matching.services.confirmations import annuler_echange_en_cours
from matching.services.echanges import annuler_echange, decliner_echange
from messagerie.erreurs import ConversationDAutrui
from messagerie.models import Conversation, Participant
from messagerie.services.coordonnees import effacer_coordonnees_de
from messagerie.services.groupe import voix_possibles
from messagerie.services.lignes import dire, journaliser
from profils.ecarts import bloquer_entreprise
from profils.evenements import BlocageChange, EntrepriseEffacee
from profils.models import Blocage, Entreprise, Utilisateur


@transaction.atomic
def bloquer_depuis(*, par: Utilisateur, conversation: Conversation, bloquee: Entreprise) -> None:
    """Block a company met in this talk, for the company one speaks for there; end what is under way.

    Raises `ConversationDAutrui` when either is not of the échange.
    """
    sienne = Participant.objects.filter(conversation=conversation, utilisateur=par).first()
    est_la = conversation.echange.participations.presentes().filter(entreprise=bloquee).exists()
    if sienne is None or sienne.entreprise is None or not est_la:
        raise ConversationDAutrui
    bloquer_entreprise(par=par, entreprise=sienne.entreprise, bloquee=bloquee)
    _finir_les_echanges(par, sienne.entreprise, bloquee)


@transaction.atomic
def suivre_blocage(fait: BlocageChange) -> None:
    """Close the talks of these two companies, or open them again. Nobody is told who blocked whom."""
    est_pose = Blocage.objects.filter(bloquante=fait.bloquante_id, bloquee=fait.bloquee_id).exists()
    communes = list(_communes(fait.bloquante_id, fait.bloquee_id))
    _verrouiller(communes, fait.bloquante_id)
    for conversation in communes:
        if conversation.echange.participations.presentes().count() > 2:
            if est_pose:
                _sortir(conversation, fait.bloquante_id)
        elif est_pose:
            _fermer(conversation)
        elif not _reste_un_blocage(fait):
            _rouvrir(conversation)


@transaction.atomic
def suivre_oubli(fait: EntrepriseEffacee) -> None:
    """Take the people of a forgotten company out of its talks, which the others can still read.

    Its messages stay, without a name; nothing is left to answer to where only one company remains.
    """
    siennes = Conversation.objects.filter(participants__entreprise=fait.entreprise_id).distinct()
    conversations = list(siennes.select_related("echange").order_by("pk"))
    _verrouiller(conversations, fait.entreprise_id)
    for conversation in conversations:
        _faire_sortir(conversation, fait.entreprise_id)
        dire(conversation, "Un compte a été supprimé\u00a0: ses messages restent, sans son nom.")
        journaliser(conversation, "entreprise_effacee", None, entreprise=fait.entreprise_id)
        if conversation.participants.values("entreprise").distinct().count() < 2:
            _fermer(conversation)


def _verrouiller(conversations: Sequence[Conversation], entreprise: int) -> None:
    """Lock this company's people in all these talks, before a line is written in any."""
    list(Participant.objects.filter(conversation__in=conversations, entreprise=entreprise).verrouilles())


def _finir_les_echanges(par: Utilisateur, entreprise: Entreprise, bloquee: Entreprise) -> None:
    """End this company's part in every open échange where the other one is, as its state allows."""
    communs = Echange.objects.de_entreprise(entreprise).filter(statut__in=STATUTS_OUVERTS)
    for echange in communs.filter(participations__entreprise=bloquee).order_by("pk"):
        with suppress(EchangeDejaConclu, EchangePasEnCours):  # ended at this very instant
            if echange.statut == StatutEchange.EN_COURS:
                annuler_echange_en_cours(par=par, entreprise=entreprise, echange=echange)
            elif echange.initiatrice_id == entreprise.pk:
                annuler_echange(par=par, echange=echange, entreprise=entreprise)
            else:
                decliner_echange(par=par, echange=echange, entreprise=entreprise, motif=Motif.AUTRE)


def _communes(une: int, autre: int) -> QuerySet[Conversation]:
    return (
        Conversation.objects.filter(
            echange__participations__entreprise=une, echange__participations__sortie=""
        )
        .filter(echange__participations__entreprise=autre, echange__participations__sortie="")
        .select_related("echange")
        .order_by("pk")
    )


def _fermer(conversation: Conversation) -> None:
    if conversation.fermee_le is None:
        dire(conversation, "Cette conversation est close\u00a0: on peut la relire, plus y écrire.")
        Conversation.objects.filter(pk=conversation.pk).update(fermee_le=maintenant())
        journaliser(conversation, "fermee", None)


def _rouvrir(conversation: Conversation) -> None:
    if Conversation.objects.filter(pk=conversation.pk, fermee_le__isnull=False).update(fermee_le=None):
        dire(conversation, "Cette conversation est de nouveau ouverte.")
        journaliser(conversation, "rouverte", None)


def _sortir(conversation: Conversation, entreprise: int) -> None:
    """Take the people of the blocking company out; the others go on talking."""
    _faire_sortir(conversation, entreprise)
    nom = Entreprise.objects.values_list("nom", flat=True).get(pk=entreprise)
    dire(conversation, f"{nom} a quitté la conversation.")
    journaliser(conversation, "entreprise_partie", None, entreprise=entreprise)


def _faire_sortir(conversation: Conversation, entreprise: int) -> None:
    """Take this company's people out, unless they speak for another one too."""
    partants = Participant.objects.filter(conversation=conversation, entreprise=entreprise).verrouilles()
    for presence in partants.select_related("utilisateur", "entreprise"):
        autre = voix_possibles(presence.utilisateur, conversation).exclude(pk=entreprise).first()
        if autre is not None:
            Participant.objects.filter(pk=presence.pk).update(entreprise=autre)
            continue
        effacer_coordonnees_de(presence.utilisateur, conversation)
        presence.delete()
        reveiller(groupe_de(presence.utilisateur_id), DROITS)


def _reste_un_blocage(fait: BlocageChange) -> bool:
    return Blocage.objects.filter(bloquante=fait.bloquee_id, bloquee=fait.bloquante_id).exists()
