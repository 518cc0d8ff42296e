"""What becomes of an agreed échange: each side says whether each gift took place, silence says yes.

Rules, for one gift: both say yes, or one says yes and the other nothing for `DELAI_DE_SILENCE` after the date
foreseen, or nobody says anything until then: it took place. One says no and the other says no, or nothing:
it did not. One says yes and the other no: nobody is punished, the animation is told, either may change its
answer, and after `DELAI_DE_LITIGE` the gift counts as not having taken place.

The échange ends with its last gift: réalisé when one at least took place, annulé when none did.
Locks: the échange, then its listings, as everywhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.aretes import recalculer_aretes
from matching.choix import Motif
from matching.erreurs import EchangeDUneAutreEntreprise, EchangePasEnCours
from matching.evenements import ApportAConfirmer, ApportConteste, ApportDit, EchangeAnnule
from matching.models import Apport, Echange, EtatApport, Reponse, StatutEchange
from matching.services.transitions import (
    HORIZON,
    exiger_membre,
    franchir,
    journaliser,
    participation_verrouillee,
    verrouiller,
    verrouiller_ses_annonces,
)
from profils.models import Entreprise, Utilisateur

DELAI_DE_QUESTION = timedelta(days=1)  # after the date foreseen
DELAI_DE_SILENCE = timedelta(days=7)  # after the date foreseen
DELAI_DE_LITIGE = timedelta(days=14)  # after the second of two answers that disagree

_ETATS_FINAUX = (EtatApport.REALISE, EtatApport.NON_REALISE)


@transaction.atomic
def confirmer_apport(*, par: Utilisateur, entreprise: Entreprise, apport: Apport, a_eu_lieu: bool) -> Apport:
    """Say for the giver or the receiver whether this gift took place; saying it twice is saying it once.

    Raises `EchangeDUneAutreEntreprise`, and `EchangePasEnCours` once the gift is settled otherwise.
    """
    exiger_membre(par, entreprise)
    echange = verrouiller(apport.echange_id)
    apport = echange.apports.get(pk=apport.pk)
    cote = _cote(apport, entreprise)
    if getattr(apport, f"dit_{cote}") == a_eu_lieu:
        return apport
    if echange.statut != StatutEchange.EN_COURS or apport.etat in _ETATS_FINAUX:
        raise EchangePasEnCours
    setattr(apport, f"dit_{cote}", a_eu_lieu)
    setattr(apport, f"dit_{cote}_le", maintenant())
    journaliser(echange, "dit_oui" if a_eu_lieu else "dit_non", entreprise, par, apport=apport.pk)
    emettre(ApportDit(apport.pk, entreprise.pk))
    _apprecier(echange, apport)
    conclure_si_fini(echange)
    return apport


@transaction.atomic
def annuler_echange_en_cours(
    *,
    par: Utilisateur,
    entreprise: Entreprise,
    echange: Echange,
    motif: Motif = Motif.AUTRE,
    commentaire: str = "",
) -> Echange:
    """Give up an agreed échange: this company's gifts, given and received, will not take place.

    Those between the others go on. Giving up twice is giving up once. Raises `EchangePasEnCours`.
    """
    participation = participation_verrouillee(par, echange, entreprise)
    echange = participation.echange
    if echange.statut == StatutEchange.EN_COURS and participation.reponse == Reponse.DECLINEE:
        return echange
    if echange.statut != StatutEchange.EN_COURS or participation.sortie:
        raise EchangePasEnCours
    participation.reponse, participation.motif = Reponse.DECLINEE, motif
    participation.commentaire, participation.par = commentaire.strip(), par
    participation.repondu_le = maintenant()
    participation.save()
    journaliser(echange, "renonce", entreprise, par, motif=motif)
    siens = Q(donneur=entreprise) | Q(receveur=entreprise)
    for apport in echange.apports.a_confirmer().filter(siens):
        finir_apport(apport, EtatApport.NON_REALISE)
    emettre(EchangeAnnule(echange.pk, entreprise.pk))
    conclure_si_fini(echange)
    return echange


@transaction.atomic
def clore_echange(*, echange: Echange) -> Echange:
    """File a réalisé away: its bilans are in, or their delay is over. Twice is once.

    Raises `EchangePasEnCours` for an échange that was not réalisé.
    """
    echange = verrouiller(echange.pk)
    if echange.statut == StatutEchange.CLOS:
        return echange
    if echange.statut != StatutEchange.REALISE:
        raise EchangePasEnCours
    franchir(echange, "clos", StatutEchange.CLOS)
    return echange


@transaction.atomic
def prevoir_apport(*, apport: Apport, le: datetime | None) -> None:
    """Say when this gift is to take place: silence counts from then. None: nothing is fixed any more.

    Called with each date that the two companies agree on.
    """
    echange = verrouiller(apport.echange_id)
    if echange.accepte_le is None:
        raise EchangePasEnCours
    le = le or echange.accepte_le + HORIZON
    Apport.objects.a_confirmer().filter(pk=apport.pk).update(prevu_le=le, demande_le=None)


def demander_confirmations() -> int:
    """Ask both sides, the day after a gift was to take place, whether it did; once for each date.

    Returns of how many gifts.
    """
    dus = Apport.objects.a_confirmer().filter(
        demande_le__isnull=True, prevu_le__lte=maintenant() - DELAI_DE_QUESTION
    )
    return sum(_demander(cle) for cle in dus.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _demander(cle: int) -> bool:
    demandes = Apport.objects.a_confirmer().filter(pk=cle, demande_le__isnull=True)
    if not demandes.update(demande_le=maintenant()):
        return False  # another worker got there first
    emettre(ApportAConfirmer(cle))
    return True


def confirmer_silences() -> int:
    """Settle the gifts on which a side has stayed silent, or that stay disputed, past their delay.

    Returns how many. Run by the periodic task; each échange in a transaction of its own.
    """
    instant = maintenant()
    en_retard = Apport.objects.a_confirmer().filter(_en_retard(instant)).order_by("echange_id")
    regles = 0
    for cle in dict.fromkeys(en_retard.values_list("echange_id", flat=True)):
        with transaction.atomic():
            regles += _regler_silences(verrouiller(cle), instant)
    return regles


def _en_retard(instant: datetime) -> Q:
    litige = instant - DELAI_DE_LITIGE
    return Q(etat=EtatApport.PREVU, prevu_le__lte=instant - DELAI_DE_SILENCE) | Q(
        etat=EtatApport.CONTESTE, dit_donneur_le__lte=litige, dit_receveur_le__lte=litige
    )


def _regler_silences(echange: Echange, instant: datetime) -> int:
    apports = list(echange.apports.a_confirmer().filter(_en_retard(instant)))
    for apport in apports:
        if apport.etat == EtatApport.CONTESTE or False in {apport.dit_donneur, apport.dit_receveur}:
            finir_apport(apport, EtatApport.NON_REALISE)
        else:
            finir_apport(apport, EtatApport.REALISE)
        journaliser(echange, "silence", apport=apport.pk, etat=apport.etat)
    conclure_si_fini(echange)
    return len(apports)


def _cote(apport: Apport, entreprise: Entreprise) -> str:
    if entreprise.pk == apport.donneur_id:
        return "donneur"
    if entreprise.pk == apport.receveur_id:
        return "receveur"
    raise EchangeDUneAutreEntreprise


def _apprecier(echange: Echange, apport: Apport) -> None:
    """Draw what follows from what both sides have said."""
    dits = {apport.dit_donneur, apport.dit_receveur}
    if dits == {True}:
        finir_apport(apport, EtatApport.REALISE)
    elif dits == {False}:
        finir_apport(apport, EtatApport.NON_REALISE)
    elif dits == {True, False}:
        apport.etat = EtatApport.CONTESTE
        apport.save()
        journaliser(echange, "conteste", apport=apport.pk)
        emettre(ApportConteste(apport.pk))
    else:
        apport.save()


def finir_apport(apport: Apport, etat: EtatApport) -> None:
    """Settle one gift of a locked échange; `conclure_si_fini` then says whether it was the last."""
    apport.etat = etat
    apport.termine_le = maintenant()
    apport.save()


def conclure_si_fini(echange: Echange) -> None:
    """The last gift ends the échange, and gives its places back."""
    if echange.statut != StatutEchange.EN_COURS or echange.apports.a_confirmer().exists():
        return
    annonces = verrouiller_ses_annonces(echange)
    if echange.apports.realises().exists():
        franchir(echange, "realise", StatutEchange.REALISE)
    else:
        franchir(echange, "annule", StatutEchange.ANNULE)
    recalculer_aretes(*annonces)
