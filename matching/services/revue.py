"""Open échanges that something else made impossible: a place taken, a listing withdrawn, a company gone.

Whoever takes the place or withdraws the listing asks for this look (`programmer_revue`); the periodic sweep
does it for all, so nothing depends on the task. Each échange in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from echange.socle.evenements import emettre
from matching.evenements import EchangeAnnule
from matching.models import Echange, EtatApport, StatutEchange
from matching.models.echanges import Sortie
from matching.services.confirmations import conclure_si_fini, finir_apport
from matching.services.sorties import finir_sans, manquantes, parties
from matching.services.transitions import journaliser, verrouiller
from profils.models import Entreprise


def revoir_echanges(
    *,
    besoins: Collection[int] | None = None,
    savoir_faire: Collection[int] | None = None,
    entreprises: Collection[int] | None = None,
) -> int:
    """End, or send to repair, what can no longer be, among these or all; return how many. Idempotent."""
    en_peril = Echange.objects.en_peril()
    if besoins or savoir_faire or entreprises:
        en_peril = en_peril.filter(
            Q(apports__besoin__in=besoins or ())
            | Q(apports__savoir_faire__in=savoir_faire or ())
            | Q(participations__entreprise__in=entreprises or ())
        )
    cles = sorted(set(en_peril.order_by().values_list("pk", flat=True)))
    return sum(_revoir(cle) for cle in cles)


@transaction.atomic
def _revoir(cle: int) -> bool:
    echange = verrouiller(cle)
    if echange.statut == StatutEchange.PROPOSE:
        sorties = manquantes(echange.apports.complets())
        if sorties:
            finir_sans(echange, sorties)
        return bool(sorties)
    return echange.statut == StatutEchange.EN_COURS and _abandonner(echange)


def _abandonner(echange: Echange) -> bool:
    """The gifts of those who are gone will not take place; those between the others go on."""
    ouverts = list(echange.apports.complets().a_confirmer())
    absentes = parties(ouverts)
    for entreprise in Entreprise.objects.filter(pk__in=absentes).order_by("pk"):
        journaliser(echange, "part", entreprise)
        emettre(EchangeAnnule(echange.pk, entreprise.pk, Sortie.PARTIE))
    for apport in ouverts:
        if {apport.donneur_id, apport.receveur_id} & set(absentes):
            finir_apport(apport, EtatApport.NON_REALISE)
    conclure_si_fini(echange)
    return bool(absentes)
