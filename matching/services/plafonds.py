"""How much a company sends and receives: 5 open proposals of its own, 2 new ones a week.

Counted under the companies' locks (`verrouiller_entreprises`), or two senders would each see room for one.
See docs/adr/0012.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db.models import Count, F

from echange.socle.horloge import maintenant
from matching.erreurs import PaireIncomplete, TropDePropositions, VoisineDejaSollicitee
from matching.models import Arete, Besoin, Participation, SavoirFaire, StatutEchange
from profils.models import Entreprise

PROPOSITIONS_OUVERTES_MAX = 5
RECUES_MAX = 2
SEMAINE = timedelta(days=7)  # rolling: 168 hours, whatever the clocks do


def exiger_paire(entreprise: Entreprise) -> None:
    """Soft gate (conception, rule 1): raise `PaireIncomplete` without a besoin and a savoir-faire on line."""
    for modele in (Besoin, SavoirFaire):
        if not modele.objects.publiees().de_entreprise(entreprise).exists():
            raise PaireIncomplete


def places_pour_proposer(entreprise: Entreprise) -> int:
    """Return how many proposals this company may still send.

    Those of its demandes count one by one; one being repaired will await answers again.
    """
    en_attente = (StatutEchange.PROPOSE, StatutEchange.A_REPARER)
    envoyees = entreprise.echanges_proposes.filter(statut__in=en_attente).count()
    return max(0, PROPOSITIONS_OUVERTES_MAX - envoyees)


def exiger_place_pour_proposer(entreprise: Entreprise) -> None:
    if not places_pour_proposer(entreprise):
        raise TropDePropositions


def comblees(entreprises: Collection[int]) -> set[int]:
    """Return those of these companies that have received their two proposals of the week."""
    recues = (
        Participation.objects.filter(entreprise__in=entreprises, demande_le__gt=maintenant() - SEMAINE)
        .exclude(echange__initiatrice=F("entreprise"))
        .values("entreprise")
        .annotate(nombre=Count("pk"))
    )
    return set(recues.filter(nombre__gte=RECUES_MAX).values_list("entreprise", flat=True))


def exiger_receveuses_disponibles(aretes: Sequence[Arete]) -> None:
    """Raise `VoisineDejaSollicitee` when one of those who would only give has had its week's proposals.

    Who would receive too (réciproque, cercle, the middle of a chaîne) looks for just that: it published so.
    """
    if comblees({arete.offreur_id for arete in aretes} - {arete.demandeur_id for arete in aretes}):
        raise VoisineDejaSollicitee
