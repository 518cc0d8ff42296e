"""Keeping companies apart: one blocks another, or moderation suspends one."""

from django.db import transaction

from echange.socle.erreurs import ErreurMetier
from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from profils.evenements import BlocageChange, EntrepriseRetablie, EntrepriseSuspendue
from profils.models import Blocage, Entreprise, FaitEntreprise, JournalEntreprise, Utilisateur
from profils.services import EntrepriseDAutrui


class BlocageDeSoiMeme(ErreurMetier):
    message = "Vous ne pouvez pas bloquer votre propre entreprise."


@transaction.atomic
def bloquer_entreprise(*, par: Utilisateur, entreprise: Entreprise, bloquee: Entreprise) -> None:
    """Never be matched again with `bloquee`, in either direction; blocking twice is blocking once."""
    _exiger_membre(par, entreprise)
    if entreprise.pk == bloquee.pk:
        raise BlocageDeSoiMeme
    _, pose = Blocage.objects.get_or_create(bloquante=entreprise, bloquee=bloquee)
    if pose:
        emettre(BlocageChange(entreprise.pk, bloquee.pk))


@transaction.atomic
def debloquer_entreprise(*, par: Utilisateur, entreprise: Entreprise, bloquee: Entreprise) -> None:
    """Undo `bloquer_entreprise`."""
    _exiger_membre(par, entreprise)
    leves, _ = Blocage.objects.filter(bloquante=entreprise, bloquee=bloquee).delete()
    if leves:
        emettre(BlocageChange(entreprise.pk, bloquee.pk))


@transaction.atomic
def suspendre_entreprise(*, par: Utilisateur, entreprise: Entreprise) -> None:
    """Take a company of a territoire one animates out of matching; raise `EntrepriseDAutrui` for another."""
    if _changer_suspension(par, entreprise, suspendue=True):
        emettre(EntrepriseSuspendue(entreprise.pk))


@transaction.atomic
def retablir_entreprise(*, par: Utilisateur, entreprise: Entreprise) -> None:
    """Undo `suspendre_entreprise`."""
    if _changer_suspension(par, entreprise, suspendue=False):
        emettre(EntrepriseRetablie(entreprise.pk))


def _changer_suspension(par: Utilisateur, entreprise: Entreprise, *, suspendue: bool) -> bool:
    """Return whether something changed: suspending twice is suspending once.

    A closed company is apart already: what is decided meanwhile waits in the journal until it opens again.
    """
    du_ressort = Entreprise.objects.du_ressort_de(par).filter(pk=entreprise.pk)
    tenue = Entreprise.objects.select_for_update(no_key=True).filter(pk__in=du_ressort.values("pk")).first()
    if tenue is None:
        raise EntrepriseDAutrui
    if est_suspendue_par_l_animation(tenue) == suspendue:
        return False
    fait = FaitEntreprise.SUSPENDUE if suspendue else FaitEntreprise.RETABLIE
    JournalEntreprise.objects.create(entreprise=tenue, fait=fait, par=par)
    if tenue.fermee_le is not None:
        return False
    Entreprise.objects.filter(pk=tenue.pk).update(est_suspendue=suspendue, modifie_le=maintenant())
    return True


def est_suspendue_par_l_animation(entreprise: Entreprise) -> bool:
    """Say what moderation last decided of it, whatever its own members have decided since."""
    decisions = (FaitEntreprise.SUSPENDUE, FaitEntreprise.RETABLIE)
    derniere = entreprise.journal.filter(fait__in=decisions).last()
    if derniere is None:
        return entreprise.est_suspendue and entreprise.fermee_le is None
    return derniere.fait == FaitEntreprise.SUSPENDUE


def _exiger_membre(par: Utilisateur, entreprise: Entreprise) -> None:
    if not par.est_membre_de(entreprise):
        raise EntrepriseDAutrui
