"""Repair an échange « à réparer »: try what `matching.remplacements` proposes, best first, or end it.

Those who agreed are not asked again, unless they would now only give; they are told, and may still say no.
Whoever is new, or asked again, has `DELAI_DE_REPONSE`, and so has the whole échange.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from echange.socle.horloge import maintenant
from matching.evenements import EchangeRepare
from matching.models import Apport, Arete, Echange, Participation, Reponse, StatutEchange
from matching.models.echanges import STATUTS_OUVERTS, Sortie, empreinte_de
from matching.remplacements import Don, Plan, plans
from matching.services.plafonds import comblees
from matching.services.sorties import dons_debout, manquantes, terminer_sans
from matching.services.transitions import DELAI_DE_REPONSE, franchir, verrouiller, verrouiller_annonces
from matching.services.unanimite import conclure_si_unanime
from matching.services.verrous import verrouiller_entreprises


@transaction.atomic
def reparer_echange(cle: int) -> None:
    """Repair this échange (primary key), or end it when nothing may be made of it; twice is once."""
    echange = verrouiller(cle)
    if echange.statut != StatutEchange.A_REPARER:
        return
    if not any(_essayer(echange, plan) for plan in plans(echange, dons_debout(echange))):
        terminer_sans(echange, _sorties(echange))


def _sorties(echange: Echange) -> dict[int, Sortie]:
    """Return why it cannot go on: the companies let out last, or whose listing a réciproque has lost."""
    derniere = echange.journal.filter(fait="sort").latest("pk")
    return {int(cle): Sortie(sortie) for cle, sortie in derniere.details["sorties"].items()}


def reparer_echanges() -> int:
    """Repair all that await it, whose task was lost; return how many."""
    cles = list(
        Echange.objects.filter(statut=StatutEchange.A_REPARER).order_by("pk").values_list("pk", flat=True)
    )
    for cle in cles:
        reparer_echange(cle)
    return len(cles)


def _essayer(echange: Echange, plan: Plan) -> bool:
    """Make this of the échange, if it still can be and nobody has proposed the same."""
    empreinte = empreinte_de((don.besoin, don.savoir_faire) for don in plan.dons)
    apports = [_apport(echange, don, rang) for rang, don in enumerate(plan.dons)]
    if not _tient(echange, plan, empreinte, apports):
        return False
    echange.apports.all().delete()
    Apport.objects.bulk_create(apports)
    _demander(echange, plan)
    _remettre_en_route(echange, plan, empreinte)
    conclure_si_unanime(echange)
    return True


def _tient(echange: Echange, plan: Plan, empreinte: str, apports: Sequence[Apport]) -> bool:
    """Look again under locks, which stay held: at this very instant others propose, answer and withdraw."""
    semblables = Echange.objects.filter(empreinte=empreinte, statut__in=STATUTS_OUVERTS)
    if semblables.exclude(pk=echange.pk).exists():
        return False
    if plan.nouvelle:
        verrouiller_entreprises([plan.nouvelle])
        if comblees([plan.nouvelle]):
            return False
    verrouiller_annonces([don.besoin for don in plan.dons], [don.savoir_faire for don in plan.dons])
    vivantes = Arete.objects.vivantes().filter(pk__in=plan.aretes).count()
    return vivantes == len(plan.aretes) and not manquantes(apports)  # who stays may have lost its part too


def _remettre_en_route(echange: Echange, plan: Plan, empreinte: str) -> None:
    """Everyone has a week again; the journal keeps what the échange was, and who is asked."""
    avant = echange.nature
    echange.nature, echange.empreinte = plan.nature, empreinte
    echange.reparations += 1
    echange.expire_le = maintenant() + DELAI_DE_REPONSE
    echange.save()
    franchir(
        echange,
        "repare",
        StatutEchange.PROPOSE,
        evenement=EchangeRepare(echange.pk),
        forme=plan.forme,
        avant=avant,
        nouvelle=plan.nouvelle,
        redemandees=sorted(plan.a_demander - {plan.nouvelle}),
    )


def _apport(echange: Echange, don: Don, rang: int) -> Apport:
    return Apport(
        echange=echange,
        donneur_id=don.donneur,
        receveur_id=don.receveur,
        besoin_id=don.besoin,
        savoir_faire_id=don.savoir_faire,
        distance_m=don.distance_m,
        rang=rang,
    )


def _demander(echange: Echange, plan: Plan) -> None:
    """Ask the new company, and again those from whom something else is expected."""
    if plan.nouvelle:
        Participation.objects.create(echange=echange, entreprise_id=plan.nouvelle)
    anciennes = echange.participations.filter(entreprise__in=plan.a_demander, reponse=Reponse.ACCEPTEE)
    anciennes.update(reponse=Reponse.ATTENDUE, repondu_le=None, demande_le=maintenant(), par=None)
