"""A besoin asked around: who can serve it, the days that pass, what each answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import time_machine

from echange.socle.horloge import maintenant
from matching.choix import Motif
from matching.models import Besoin, Demande, Echange
from matching.services.demandes import lancer_demande
from matching.services.echanges import accepter_echange, decliner_echange
from matching.services.vagues import mener_demandes
from profils.models import Entreprise
from tests.matching.scenes import demander, membre, offrir, voisine


def preparer(entreprise: Entreprise, voisines: int = 5) -> tuple[Besoin, list[Entreprise]]:
    """`entreprise` looks for a site; that many neighbours can show how, the nearest first."""
    besoin = demander(entreprise, "site-vitrine")
    offrir(entreprise, "vitrine-boutique")
    autres = [voisine(decalage_m=rang * 1500) for rang in range(1, voisines + 1)]
    for autre in autres:
        offrir(autre, "site-vitrine")
    return besoin, autres


def lancer(besoin: Besoin, mot: str = "") -> Demande:
    """Everything at one instant: the days are counted from it."""
    with time_machine.travel(maintenant(), tick=False):
        return lancer_demande(par=membre(besoin.entreprise), besoin=besoin, mot=mot)


def prevenues(demande: Demande) -> list[Entreprise]:
    """The companies asked, in order."""
    return [s.entreprise for s in demande.sollicitations.select_related("entreprise")]


def recu(demande: Demande, entreprise: Entreprise) -> Echange:
    """The proposal this company received from the demande."""
    return demande.sollicitations.get(entreprise=entreprise).echange


def dire_oui(demande: Demande, entreprise: Entreprise) -> Echange:
    return accepter_echange(par=membre(entreprise), echange=recu(demande, entreprise), entreprise=entreprise)


def dire_non(demande: Demande, entreprise: Entreprise) -> Echange:
    return decliner_echange(
        par=membre(entreprise),
        echange=recu(demande, entreprise),
        entreprise=entreprise,
        motif=Motif.PAS_LE_TEMPS,
    )


@contextmanager
def plus_tard(depuis: datetime | None = None, **delai: float) -> Iterator[datetime]:
    """The clock stopped that much later (`days=3`, `hours=48`)."""
    instant = (depuis or maintenant()) + timedelta(**delai)
    with time_machine.travel(instant, tick=False):
        yield instant


def apres(demande: Demande, **delai: float) -> Demande:
    """Take the steps due that long after the demande began; return it as it is then."""
    with plus_tard(demande.cree_le, **delai):
        mener_demandes()
    demande.refresh_from_db()
    return demande
