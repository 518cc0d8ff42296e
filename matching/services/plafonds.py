"""How much a company sends and receives: 5 open proposals of its own, 5 to answer, 2 new ones a week.

One that has just arrived also sends no more than so many a week, whatever became of them: see `arrivee`.
Counted under the companies' locks (`verrouiller_entreprises`), or two senders would each see room for one.
See docs/adr/0012 and docs/adr/0022.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from echange.socle.horloge import maintenant
from matching.arrivee import SEMAINE, arrivee_de
from matching.erreurs import (
    LimiteDArrivee,
    PaireIncomplete,
    TropDePropositions,
    VoisineDebordee,
    VoisineDejaSollicitee,
)
from matching.models import Arete, Besoin, Participation, Reponse, SavoirFaire, StatutEchange
from profils.models import Entreprise

PROPOSITIONS_OUVERTES_MAX = 5
ATTENDUES_MAX = 5
RECUES_MAX = 2
EN_ATTENTE = (StatutEchange.PROPOSE, StatutEchange.A_REPARER)  # being repaired, it will await answers again


def exiger_paire(entreprise: Entreprise) -> None:
    """Soft gate (conception, rule 1): raise `PaireIncomplete` without a besoin and a savoir-faire on line."""
    for modele in (Besoin, SavoirFaire):
        if not modele.objects.publiees().de_entreprise(entreprise).exists():
            raise PaireIncomplete


def places_ouvertes(entreprise: Entreprise) -> int:
    """Return how many more proposals may await answers; those of its demandes count one by one."""
    envoyees = entreprise.echanges_proposes.filter(statut__in=EN_ATTENTE).count()
    return max(0, PROPOSITIONS_OUVERTES_MAX - envoyees)


def places_pour_proposer(entreprise: Entreprise) -> int:
    """Return how many proposals this company may send now: the week of a new one is limited too."""
    places = places_ouvertes(entreprise)
    arrivee = arrivee_de(entreprise)
    return min(places, arrivee.reste) if arrivee else places


def exiger_place_pour_proposer(entreprise: Entreprise) -> None:
    """Raises `TropDePropositions`, and its kind `LimiteDArrivee` for a new company."""
    if not places_ouvertes(entreprise):
        raise TropDePropositions
    arrivee = arrivee_de(entreprise)
    if arrivee and not arrivee.reste:
        raise LimiteDArrivee(arrivee.refus)


def comblees(entreprises: Collection[int]) -> set[int]:
    """Return those of these companies that are asked for no other gift: 2 this week, or 5 to answer."""
    recues = _recues(entreprises).filter(Q(de_la_semaine__gte=RECUES_MAX) | Q(attendues__gte=ATTENDUES_MAX))
    return set(recues.values_list("entreprise", flat=True))


def _recues(entreprises: Collection[int]) -> QuerySet[Participation, Any]:
    """Count what others have asked of these companies: in the last week, and without an answer yet."""
    de_la_semaine = Q(demande_le__gt=maintenant() - SEMAINE)
    attendues = Q(reponse=Reponse.ATTENDUE, sortie="", echange__statut__in=EN_ATTENTE)
    return (
        Participation.objects.filter(de_la_semaine | attendues, entreprise__in=entreprises)
        .exclude(echange__initiatrice=F("entreprise"))
        .values("entreprise")
        .annotate(de_la_semaine=Count("pk", filter=de_la_semaine), attendues=Count("pk", filter=attendues))
    )


def exiger_receveuses_disponibles(aretes: Sequence[Arete]) -> None:
    """Raise `VoisineDebordee` when one of those asked has five proposals to answer, `VoisineDejaSollicitee`
    when one of those who would only give has had its week's.

    Who would receive too (réciproque, cercle, the middle of a chaîne) looks for just that: it published so.
    """
    demandeuse = aretes[0].demandeur_id
    autres = {cle for a in aretes for cle in (a.offreur_id, a.demandeur_id)} - {demandeuse}
    if _recues(autres).filter(Q(attendues__gte=ATTENDUES_MAX)).exists():
        raise VoisineDebordee
    if comblees({arete.offreur_id for arete in aretes} - {arete.demandeur_id for arete in aretes}):
        raise VoisineDejaSollicitee
