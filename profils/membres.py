"""Who acts for a company: colleagues arrive and leave."""

from django.db import transaction
from django.db.models import QuerySet

from echange.socle.erreurs import ErreurMetier
from echange.socle.evenements import emettre
from profils.evenements import MembreArrive, MembreParti
from profils.models import Entreprise, FaitEntreprise, JournalEntreprise, Membre, Utilisateur
from profils.services import EntrepriseDAutrui


class DernierMembre(ErreurMetier):
    message = (
        "Vous êtes la dernière personne de cette entreprise\u00a0: elle ne peut pas rester sans personne."
    )


class ArriveAvantVous(ErreurMetier):
    message = "Cette personne est dans l’entreprise depuis plus longtemps que vous\u00a0: elle y reste."
    statut = 403


@transaction.atomic
def accueillir_membre(*, par: Utilisateur, entreprise: Entreprise, utilisateur: Utilisateur) -> Membre:
    """Let a colleague act for the company; twice is once. Raises `EntrepriseDAutrui`."""
    _exiger_membre(par, entreprise)
    membre, est_nouveau = Membre.objects.get_or_create(entreprise=entreprise, utilisateur=utilisateur)
    if est_nouveau:
        journaliser(entreprise, FaitEntreprise.ARRIVEE, par)
        emettre(MembreArrive(entreprise.pk, utilisateur.pk, par.pk))
    return membre


@transaction.atomic
def retirer_membre(*, par: Utilisateur, entreprise: Entreprise, utilisateur: Utilisateur) -> None:
    """End that somebody acts for the company: oneself, or who came after.

    So that nobody is put out of her own company by whom she let in. Raises `EntrepriseDAutrui`,
    `ArriveAvantVous`, `DernierMembre`.
    """
    _exiger_membre(par, entreprise)
    Entreprise.objects.select_for_update(no_key=True).get(pk=entreprise.pk)  # the last two leave one by one
    membre = Membre.objects.filter(entreprise=entreprise, utilisateur=utilisateur).first()
    if membre is None:
        return
    if utilisateur.pk != par.pk and not arrives_apres(par, entreprise).filter(pk=membre.pk).exists():
        raise ArriveAvantVous
    if not entreprise.membres.exclude(pk=membre.pk).exists():
        raise DernierMembre
    membre.delete()
    journaliser(entreprise, FaitEntreprise.DEPART, par)
    emettre(MembreParti(entreprise.pk, utilisateur.pk))


def arrives_apres(personne: Utilisateur, entreprise: Entreprise) -> QuerySet[Membre]:
    """Those who joined the company after this person: whom she may take out."""
    sienne = Membre.objects.filter(entreprise=entreprise, utilisateur=personne)
    return Membre.objects.filter(entreprise=entreprise, pk__gt=sienne.values("pk")[:1])


def journaliser(entreprise: Entreprise, fait: FaitEntreprise, par: Utilisateur) -> None:
    JournalEntreprise.objects.create(entreprise=entreprise, fait=fait, par=par)


def _exiger_membre(par: Utilisateur, entreprise: Entreprise) -> None:
    if not par.est_membre_de(entreprise):
        raise EntrepriseDAutrui
