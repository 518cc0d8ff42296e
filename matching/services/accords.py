"""Agree on the three lines of an apport: one writes, the other says yes; a change asks again.

Every write locks the échange's row first (`services/apports.py`): two edits at once are one after the other,
and the second, made from a version that is no longer the last, is refused with the first's text at hand.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.erreurs import AccordModifie, EchangeDUneAutreEntreprise
from matching.evenements import AccordAccepte, AccordEcrit
from matching.models import Accord, Apport, Lignes, Valeur
from matching.services.apports import verrouiller_apport
from matching.services.transitions import journaliser
from profils.models import Entreprise, Utilisateur


@transaction.atomic
def ecrire_accord(
    *, par: Utilisateur, apport: Apport, entreprise: Entreprise, lignes: Lignes, version: int
) -> Accord:
    """Write the next version of the three lines; `version` is the one it was made from (0: none yet).

    The very lines that already stand are not a change: to write them is to accept them, so two companies that
    both take the lines offered at the same instant have agreed. Raises `AccordModifie`.
    """
    apport = verrouiller_apport(par, apport, entreprise)
    dernier = apport.accords.last()
    if dernier is not None and dernier.lignes == lignes:
        return _accepter(dernier, apport, entreprise, par)
    if version != (dernier.version if dernier else 0):
        raise AccordModifie
    accord = Accord.objects.create(
        apport=apport, version=version + 1, redige_par=entreprise, par=par, **lignes._asdict()
    )
    journaliser(apport.echange, "accord_ecrit", entreprise, par, apport=apport.pk, version=accord.version)
    emettre(AccordEcrit(accord.pk))
    return accord


@transaction.atomic
def accepter_accord(*, par: Utilisateur, apport: Apport, entreprise: Entreprise, version: int) -> Accord:
    """Accept the version read; accepting twice is accepting once. Raises `AccordModifie`."""
    apport = verrouiller_apport(par, apport, entreprise)
    dernier = apport.accords.last()
    if dernier is None or dernier.version != version:
        raise AccordModifie
    return _accepter(dernier, apport, entreprise, par)


@transaction.atomic
def declarer_valeur(
    *, par: Utilisateur, apport: Apport, entreprise: Entreprise, montant: Decimal | None
) -> None:
    """Say what one's own gift is worth, in euros, or take it back (None)."""
    apport = verrouiller_apport(par, apport, entreprise)
    if apport.donneur_id != entreprise.pk:
        raise EchangeDUneAutreEntreprise
    if montant is None:
        Valeur.objects.filter(apport=apport).delete()
        return
    Valeur.objects.update_or_create(
        apport=apport, defaults={"montant": montant, "par": par, "le": maintenant()}
    )


def _accepter(accord: Accord, apport: Apport, entreprise: Entreprise, par: Utilisateur) -> Accord:
    if accord.redige_par_id == entreprise.pk or accord.accepte_le is not None:
        return accord
    accord.accepte_le, accord.accepte_par = maintenant(), par
    accord.save(update_fields=["accepte_le", "accepte_par"])
    journaliser(apport.echange, "accord_accepte", entreprise, par, apport=apport.pk, version=accord.version)
    emettre(AccordAccepte(accord.pk))
    return accord
