"""What a new company may send is limited; whoever animates its territoire and knows it may lift that.

What the limits are belongs to what they hold back: `matching.services.plafonds`.
"""

from django.db import transaction

from echange.socle.horloge import maintenant
from profils.models import Entreprise, FaitEntreprise, JournalEntreprise, Utilisateur
from profils.services import EntrepriseDAutrui


@transaction.atomic
def lever_limites(*, par: Utilisateur, entreprise: Entreprise) -> None:
    """Let a company of a territoire one animates send as an established one; lifting twice is once.

    Raises `EntrepriseDAutrui`.
    """
    _changer_limites(par, entreprise, levees=True)


@transaction.atomic
def remettre_limites(*, par: Utilisateur, entreprise: Entreprise) -> None:
    """Undo `lever_limites`: what was sent meanwhile stays sent, and counts."""
    _changer_limites(par, entreprise, levees=False)


def _changer_limites(par: Utilisateur, entreprise: Entreprise, *, levees: bool) -> None:
    if not Entreprise.objects.du_ressort_de(par).filter(pk=entreprise.pk).exists():
        raise EntrepriseDAutrui
    instant = maintenant()
    autrement = Entreprise.objects.filter(pk=entreprise.pk, limites_levees_le__isnull=levees)
    if autrement.update(limites_levees_le=instant if levees else None, modifie_le=instant):
        fait = FaitEntreprise.LEVEE if levees else FaitEntreprise.REMISE
        JournalEntreprise.objects.create(entreprise=entreprise, fait=fait, par=par, le=instant)
