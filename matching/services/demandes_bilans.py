"""When an échange ends: who is asked for a bilan, when, and until when.

Every ending asks, not only the happy ones; but nobody is asked who was merely told (« déjà trouvé », or an
échange that others stopped before she answered), nor twice in a month what she still looks for or offers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.evenements import BilanDemande
from matching.models import Apport, Bilan, Echange, EtatApport, Participation, Reponse, StatutEchange
from matching.models.bilans import OUVERT, BilanQuerySet, Echeance
from matching.models.echanges import STATUTS_CONVENUS, STATUTS_OUVERTS
from matching.questions import Questionnaire
from matching.services.confirmations import clore_echange
from profils.models import Entreprise

LENDEMAIN = timedelta(days=1)  # an ending without a gift is told first; the questions may wait
UN_MOIS = timedelta(days=30)
ACTE_ANNULER = "annule"  # what the journal keeps when a company cancels, and not the site

# What an ending without a gift leaves to those who waited for it.
D_ATTENTE = (Questionnaire.CHERCHAIT, Questionnaire.OFFRAIT)
FAITS = (Questionnaire.APPRIS, Questionnaire.DONNE)


def ouvrir_bilans(*, echange: Echange) -> list[Bilan]:
    """Write the bilans that this ending asks for, in its transaction; done twice is done once."""
    apports = list(echange.apports.select_related("besoin", "savoir_faire").order_by("rang"))
    bilans: list[Bilan] = []
    for participation in echange.participations.order_by("pk"):
        questionnaire = _questionnaire(echange, participation, apports)
        if questionnaire is None:
            continue
        bilans.append(_rediger(participation, questionnaire, apports))
        if questionnaire == Questionnaire.APPRIS:
            bilans.append(_rediger(participation, Questionnaire.USAGE, apports))
    return Bilan.objects.bulk_create(
        [b for b in bilans if b.questionnaire not in D_ATTENTE or not _a_mieux_a_faire(b, apports)],
        ignore_conflicts=True,
    )


def ouvrir_bilan_de_qui_sort(*, echange: Echange, entreprise: int) -> None:
    """Ask whoever has declined an échange that goes on without it; its gifts are still those it was offered.

    The end of the échange, whenever it comes, has nothing more to ask it.
    """
    apports = list(echange.apports.select_related("besoin", "savoir_faire").order_by("rang"))
    participation = echange.participations.get(entreprise=entreprise)
    bilan = _rediger(participation, Questionnaire.A_DECLINE, apports)
    Bilan.objects.bulk_create([bilan], ignore_conflicts=True)


def _questionnaire(
    echange: Echange, participation: Participation, apports: Sequence[Apport]
) -> Questionnaire | None:
    """Say what this company is asked; None when nothing is."""
    entreprise, statut = participation.entreprise_id, echange.statut
    siens = [a for a in apports if entreprise in (a.donneur_id, a.receveur_id)]
    if not siens:
        return None  # another company took its place
    attend = next((D_ATTENTE[0] for a in siens if a.receveur_id == entreprise), D_ATTENTE[1])
    if fait := _selon_les_dons(entreprise, siens):
        return fait
    if participation.reponse == Reponse.DECLINEE:  # no to a proposal, or given up once everyone had agreed
        return Questionnaire.A_ANNULE if echange.accepte_le else Questionnaire.A_DECLINE
    if participation.reponse == Reponse.ATTENDUE:
        return Questionnaire.SANS_REPONDRE if statut == StatutEchange.EXPIRE else None
    if statut == StatutEchange.ANNULE and not echange.accepte_le:
        return _selon_l_annulation(echange, entreprise, attend)
    return attend


def _selon_les_dons(entreprise: int, siens: Sequence[Apport]) -> Questionnaire | None:
    """A company that learnt and gave is asked what it learnt; None when nothing of its own took place."""
    faits = [a for a in siens if a.etat == EtatApport.REALISE]
    if any(a.receveur_id == entreprise for a in faits):
        return Questionnaire.APPRIS
    return Questionnaire.DONNE if faits else None


def _selon_l_annulation(echange: Echange, entreprise: int, attend: Questionnaire) -> Questionnaire | None:
    """Who takes a proposal back says why; when the site does (a listing was taken), nobody is asked."""
    actes = echange.journal.filter(fait=ACTE_ANNULER).order_by("-pk")
    auteure = actes.values_list("entreprise_id", flat=True).first()
    if auteure is None:
        return None
    return Questionnaire.A_ANNULE if auteure == entreprise else attend


def _rediger(participation: Participation, questionnaire: Questionnaire, apports: Sequence[Apport]) -> Bilan:
    instant, entreprise = maintenant(), participation.entreprise_id
    delai = LENDEMAIN
    if questionnaire in FAITS:
        delai = timedelta(0)
    elif questionnaire == Questionnaire.USAGE:
        delai = UN_MOIS
    recus = [a.besoin.competence_id for a in apports if a.receveur_id == entreprise]
    donnes = [a.savoir_faire.competence_id for a in apports if a.donneur_id == entreprise]
    en_question = donnes or recus if questionnaire == Questionnaire.DONNE else recus or donnes
    return Bilan(
        echange_id=participation.echange_id,
        entreprise_id=entreprise,
        echeance=Echeance.TRENTE_JOURS if questionnaire == Questionnaire.USAGE else Echeance.FIN,
        questionnaire=questionnaire,
        competence_id=en_question[0],
        demander_apres=instant + delai,
        expire_le=instant + delai + OUVERT,
    )


def _a_mieux_a_faire(bilan: Bilan, apports: Sequence[Apport]) -> bool:
    """What she waited for lives on in another échange (a wave asks several), or was asked this month."""
    besoins = [a.besoin_id for a in apports if a.receveur_id == bilan.entreprise_id]
    ailleurs = Apport.objects.filter(
        besoin__in=besoins, echange__statut__in=(*STATUTS_OUVERTS, *STATUTS_CONVENUS)
    )
    deja = Bilan.objects.filter(
        entreprise=bilan.entreprise_id,
        competence=bilan.competence_id,
        questionnaire=bilan.questionnaire,
        cree_le__gt=maintenant() - UN_MOIS,
    )
    return ailleurs.exclude(echange=bilan.echange_id).exists() or deja.exists()


def demander_bilans() -> int:
    """Ask for the bilans that are due, then remind once of those left; return how many mails that makes due.

    Each is asked once and reminded of once, by whichever worker gets there first.
    """
    return sum(_solliciter(rappel, entreprise) for rappel in (False, True) for entreprise in _a_qui(rappel))


def _dus(rappel: bool) -> BilanQuerySet:  # noqa: FBT001  one word, read three times here
    instant = maintenant()
    return Bilan.objects.a_rappeler(instant) if rappel else Bilan.objects.a_demander(instant)


def _a_qui(rappel: bool) -> list[int]:  # noqa: FBT001
    return list(_dus(rappel).order_by("entreprise").values_list("entreprise", flat=True).distinct())


@transaction.atomic
def _solliciter(rappel: bool, entreprise: int) -> int:  # noqa: FBT001
    """Tell at once all that concerns the people of this company, wherever they are members: one mail each."""
    voisines = Entreprise.objects.filter(membres__utilisateur__appartenances__entreprise=entreprise)
    dus = _dus(rappel).filter(Q(entreprise=entreprise) | Q(entreprise__in=voisines))
    instant, sollicites = maintenant(), 0
    for cle in list(dus.order_by("pk").values_list("pk", flat=True)):
        # On its own columns only: PostgreSQL reads them again once another worker's lock is gone.
        encore = Bilan.objects.filter(pk=cle, termine_le=None)
        if rappel:
            pris = encore.filter(rappele_le=None).update(rappele_le=instant)
        else:
            pris = encore.filter(demande_le=None).update(demande_le=instant, expire_le=instant + OUVERT)
        if pris:
            emettre(BilanDemande(cle, est_rappel=rappel))
            sollicites += 1
    return sollicites


def clore_echanges_faits() -> int:
    """Close the réalisés whose bilans are all in, or late; return how many. Run by the periodic task."""
    attendus = Bilan.objects.attendus(maintenant())
    faits = Echange.objects.filter(statut=StatutEchange.REALISE).exclude(bilans__in=attendus)
    cles = list(faits.order_by("pk").values_list("pk", flat=True))
    return sum(clore_si_complet(cle) for cle in cles)


@transaction.atomic
def clore_si_complet(cle: int) -> bool:
    """Close a réalisé (primary key) that awaits no bilan any more; True if this call did."""
    echange = Echange.objects.select_for_update().get(pk=cle)
    attendus = Bilan.objects.attendus(maintenant()).filter(echange=echange)
    if echange.statut != StatutEchange.REALISE or attendus.exists():
        return False
    clore_echange(echange=echange)
    return True
