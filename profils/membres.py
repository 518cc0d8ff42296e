"""Who acts for a company: colleagues arrive and leave."""

from django.db import transaction

from echange.socle.erreurs import ErreurMetier
from echange.socle.evenements import emettre
from profils.evenements import MembreArrive, MembreParti
from profils.models import Entreprise, Membre, Utilisateur
from profils.services import EntrepriseDAutrui


class DernierMembre(ErreurMetier):
    message = (
        "Vous êtes la dernière personne de cette entreprise\u00a0: elle ne peut pas rester sans personne."
    )


@transaction.atomic
def accueillir_membre(*, par: Utilisateur, entreprise: Entreprise, utilisateur: Utilisateur) -> Membre:
    """Let a colleague act for the company; twice is once. Raises `EntrepriseDAutrui`."""
    _exiger_membre(par, entreprise)
    membre, est_nouveau = Membre.objects.get_or_create(entreprise=entreprise, utilisateur=utilisateur)
    if est_nouveau:
        emettre(MembreArrive(entreprise.pk, utilisateur.pk))
    return membre


@transaction.atomic
def retirer_membre(*, par: Utilisateur, entreprise: Entreprise, utilisateur: Utilisateur) -> None:
    """End that somebody acts for the company. Raises `EntrepriseDAutrui`, `DernierMembre`."""
    _exiger_membre(par, entreprise)
    Entreprise.objects.select_for_update(no_key=True).get(pk=entreprise.pk)  # the last two leave one by one
    if not entreprise.membres.exclude(utilisateur=utilisateur).exists():
        raise DernierMembre
    retires, _ = Membre.objects.filter(entreprise=entreprise, utilisateur=utilisateur).delete()
    if retires:
        emettre(MembreParti(entreprise.pk, utilisateur.pk))


def _exiger_membre(par: Utilisateur, entreprise: Entreprise) -> None:
    if not par.est_membre_de(entreprise):
        raise EntrepriseDAutrui
