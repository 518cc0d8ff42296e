"""Send the échanges of a tour to their companies: each in one transaction of its own.

Locks, in this order: the échange prévu, then the listings by table and primary key (as every proposal does,
see `enregistrer_proposition`). Two animators at once, or a form sent twice, send each échange once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from django.db import transaction

from matching.erreurs import RapprochementPerime, TourInconnu, TourNonTermine
from matching.models import Arete, Echange, EchangePrevu, Nature, Refus, Tour
from matching.models.echanges import STATUTS_OUVERTS
from matching.services.echanges import enregistrer_proposition
from profils.models import Utilisateur
from profils.ressort import exiger_ressort


class _Issue(Enum):
    ENVOYE = auto()
    DEJA_ENVOYE = auto()
    REFUSE = auto()


@dataclass(frozen=True, slots=True)
class Envoi:
    """How many échanges were sent now, had been before, could no longer be (each keeps its `refus`)."""

    envoyes: int
    deja: int
    refuses: int


def envoyer_tour(*, par: Utilisateur, tour: Tour, echanges: Collection[UUID], mot: str = "") -> Envoi:
    """Propose these échanges of a tour to their companies, in the name of the animation.

    Each is one step: interrupted, those sent are sent, and sending again goes on where it stopped. Nobody
    has accepted yet, and nobody's number of open proposals stands in the way. Raises `TourInconnu` for a
    tour that `par` does not animate, `TourNonTermine`.
    """
    exiger_ressort(par, tour.territoire_id, TourInconnu)
    if not tour.est_termine:
        raise TourNonTermine
    cles = tour.echanges.filter(uuid__in=echanges).order_by("rang").values_list("pk", flat=True)
    issues = [_envoyer(par, cle, mot) for cle in cles]
    return Envoi(issues.count(_Issue.ENVOYE), issues.count(_Issue.DEJA_ENVOYE), issues.count(_Issue.REFUSE))


@transaction.atomic
def _envoyer(par: Utilisateur, cle: int, mot: str) -> _Issue:
    prevu = EchangePrevu.objects.select_for_update(of=("self",)).select_related("tour").get(pk=cle)
    if prevu.echange_id:
        return _Issue.DEJA_ENVOYE
    if Echange.objects.filter(empreinte=prevu.empreinte, statut__in=STATUTS_OUVERTS).exists():
        return _refuser(prevu, Refus.DEJA_PROPOSE)
    try:
        echange = enregistrer_proposition(
            par=par, aretes=_aretes(prevu), nature=Nature(prevu.nature), tour=prevu.tour, mot=mot
        )
    except RapprochementPerime:
        return _refuser(prevu, Refus.ANNONCE_PARTIE)
    if echange.tour_id != prevu.tour_id:  # one of the companies proposed it at this very instant
        return _refuser(prevu, Refus.DEJA_PROPOSE)
    prevu.echange, prevu.refus = echange, ""
    prevu.save(update_fields=["echange", "refus"])
    return _Issue.ENVOYE


def _refuser(prevu: EchangePrevu, refus: Refus) -> _Issue:
    prevu.refus = refus
    prevu.save(update_fields=["refus"])
    return _Issue.REFUSE


def _aretes(prevu: EchangePrevu) -> list[Arete]:
    """The arêtes of its gifts, each one's giver being the next one's receiver, as échanges read them.

    Raises `RapprochementPerime` when one is gone.
    """
    dons = list(prevu.dons.order_by("-rang"))
    trouvees = Arete.objects.filter(
        besoin__in=[don.besoin_id for don in dons],
        demandeur__est_suspendue=False,
        offreur__est_suspendue=False,
    )
    par_don = {(arete.besoin_id, arete.savoir_faire_id): arete for arete in trouvees}
    try:
        aretes = [par_don[don.besoin_id, don.savoir_faire_id] for don in dons]
    except KeyError as erreur:
        raise RapprochementPerime from erreur
    if len(aretes) != prevu.taille:  # a gift went with its company
        raise RapprochementPerime
    return aretes
