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
from matching.evenements import ApportConteste, EchangeAnnule
from matching.models import Apport, Echange, EtatApport, StatutEchange
from matching.services.transitions import (
    exiger_membre,
    journaliser,
    participation_verrouillee,
    passer,
    terminer,
    verrouiller_ses_annonces,
)
from profils.models import Entreprise, Utilisateur

HORIZON = timedelta(days=30)  # after everyone agreed, when nobody chose a date
DELAI_DE_SILENCE = timedelta(days=7)  # after the date foreseen
DELAI_DE_LITIGE = timedelta(days=14)  # after the second of two answers that disagree

_ETATS_FINAUX = (EtatApport.REALISE, EtatApport.NON_REALISE)


@transaction.atomic
def confirmer_apport(*, par: Utilisateur, entreprise: Entreprise, apport: Apport, a_eu_lieu: bool) -> Apport:
    """Say for the giver or the receiver whether this gift took place; saying it twice is saying it once.

    Raises `EchangeDUneAutreEntreprise`, and `EchangePasEnCours` once the gift is settled otherwise.
    """
    exiger_membre(par, entreprise)
    echange = Echange.objects.select_for_update().get(pk=apport.echange_id)
    apport = echange.apports.get(pk=apport.pk)
    cote = _cote(apport, entreprise)
    if getattr(apport, f"dit_{cote}") == a_eu_lieu:
        return apport
    if echange.statut != StatutEchange.EN_COURS or apport.etat in _ETATS_FINAUX:
        raise EchangePasEnCours
    setattr(apport, f"dit_{cote}", a_eu_lieu)
    setattr(apport, f"dit_{cote}_le", maintenant())
    journaliser(echange, "dit_oui" if a_eu_lieu else "dit_non", entreprise, par, apport=apport.pk)
    _apprecier(echange, apport)
    _conclure_si_fini(echange)
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
    if participation.reponse == "declinee":
        return echange
    if echange.statut != StatutEchange.EN_COURS:
        raise EchangePasEnCours
    participation.reponse, participation.motif = "declinee", motif
    participation.commentaire, participation.par = commentaire.strip(), par
    participation.repondu_le = maintenant()
    participation.save()
    journaliser(echange, "renonce", entreprise, par, motif=motif)
    siens = Q(donneur=entreprise) | Q(receveur=entreprise)
    for apport in echange.apports.a_confirmer().filter(siens):
        _finir(apport, EtatApport.NON_REALISE)
    emettre(EchangeAnnule(echange.pk, entreprise.pk))
    _conclure_si_fini(echange)
    return echange


@transaction.atomic
def clore_echange(*, echange: Echange) -> Echange:
    """File a réalisé away: its bilans are in, or their delay is over. Twice is once.

    Raises `EchangePasEnCours` for an échange that was not réalisé.
    """
    echange = Echange.objects.select_for_update().get(pk=echange.pk)
    if echange.statut == StatutEchange.CLOS:
        return echange
    if echange.statut != StatutEchange.REALISE:
        raise EchangePasEnCours
    passer(echange, StatutEchange.CLOS)
    journaliser(echange, "clos")
    return echange


@transaction.atomic
def prevoir_apport(*, apport: Apport, le: datetime | None) -> None:
    """Say when this gift is to take place: silence counts from then. None: nothing is fixed any more.

    Called with each date that the two companies agree on.
    """
    echange = Echange.objects.select_for_update().get(pk=apport.echange_id)
    horizon = echange.accepte_le + HORIZON if echange.accepte_le else None
    Apport.objects.a_confirmer().filter(pk=apport.pk).update(prevu_le=le or horizon)


def confirmer_silences() -> int:
    """Settle the gifts on which a side has stayed silent, or that stay disputed, past their delay.

    Returns how many. Run by the periodic task; each échange in a transaction of its own.
    """
    instant = maintenant()
    en_retard = Apport.objects.a_confirmer().filter(_en_retard(instant)).order_by("echange_id")
    regles = 0
    for cle in dict.fromkeys(en_retard.values_list("echange_id", flat=True)):
        with transaction.atomic():
            regles += _regler_silences(Echange.objects.select_for_update().get(pk=cle), instant)
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
            _finir(apport, EtatApport.NON_REALISE)
        else:
            _finir(apport, EtatApport.REALISE)
        journaliser(echange, "silence", apport=apport.pk, etat=apport.etat)
    _conclure_si_fini(echange)
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
        _finir(apport, EtatApport.REALISE)
    elif dits == {False}:
        _finir(apport, EtatApport.NON_REALISE)
    elif dits == {True, False}:
        apport.etat = EtatApport.CONTESTE
        apport.save()
        journaliser(echange, "conteste", apport=apport.pk)
        emettre(ApportConteste(apport.pk))
    else:
        apport.save()


def _finir(apport: Apport, etat: EtatApport) -> None:
    apport.etat = etat
    apport.termine_le = maintenant()
    apport.save()


def _conclure_si_fini(echange: Echange) -> None:
    """The last gift ends the échange, and gives its places back."""
    if echange.statut != StatutEchange.EN_COURS or echange.apports.a_confirmer().exists():
        return
    annonces = verrouiller_ses_annonces(echange)
    statut = StatutEchange.REALISE if echange.apports.realises().exists() else StatutEchange.ANNULE
    journaliser(echange, statut)
    terminer(echange, statut)
    recalculer_aretes(*annonces)
