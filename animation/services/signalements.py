"""Reports of messages, as the animation takes them: read, decide, tell everyone concerned. All journalled."""

from __future__ import annotations

from django.db import transaction

from animation.avis import AvertissementRecu, SignalementRecu, SignalementTraite
from animation.erreurs import SignalementDejaTraite, SignalementPrisParUneAutre
from echange.socle.horloge import maintenant
from matching.erreurs import HorsDeVotreTerritoire
from messagerie.evenements import MessageSignale
from messagerie.models import EtatSignalement, IssueSignalement, Signalement
from messagerie.notifications.boite import prevenir, prevenir_entreprises, solder
from messagerie.services.ressort import journaliser_signalement
from messagerie.services.signalements import liberer_message, retirer_message
from profils.ecarts import suspendre_entreprise
from profils.models import Entreprise, Utilisateur

AVEC_RETRAIT = {IssueSignalement.RETRAIT, IssueSignalement.AVERTISSEMENT, IssueSignalement.SUSPENSION}


def prevenir_l_equipe(fait: MessageSignale) -> None:
    """Tell those who may read it; the notice says no word of the message."""
    signalement = Signalement.objects.get(pk=fait.signalement_id)
    equipe = Utilisateur.objects.filter(is_active=True)
    if signalement.territoire_id is None:
        equipe = equipe.filter(est_referent=True)
    else:
        equipe = equipe.filter(animations__territoire=signalement.territoire_id).distinct()
    prevenir(SignalementRecu(str(signalement.uuid), signalement.get_motif_display()), equipe)


@transaction.atomic
def prendre_signalement(*, par: Utilisateur, signalement: Signalement) -> Signalement:
    """Take a report in hand, which opens its extract to `par` alone; the reading is journalled.

    A référent may take over from anyone. Raises `HorsDeVotreTerritoire`, `SignalementPrisParUneAutre`.
    """
    pris = _verrouiller(par, signalement)
    if pris.pris_par_id == par.pk:
        return pris
    if pris.pris_par_id is not None and not par.est_referent:
        raise SignalementPrisParUneAutre
    pris.pris_par = par
    if pris.etat == EtatSignalement.NOUVEAU:
        pris.etat = EtatSignalement.PRIS
    pris.save(update_fields=["pris_par", "etat"])
    journaliser_signalement(pris, "pris_et_lu", par)
    return pris


@transaction.atomic
def resoudre_signalement(
    *, par: Utilisateur, signalement: Signalement, issue: IssueSignalement, mot: str, reponse: str
) -> Signalement:
    """Decide: `mot` goes to the company that wrote, `reponse` to whoever reported. Deciding twice is once.

    Raises `HorsDeVotreTerritoire`, `SignalementDejaTraite` (by somebody else, otherwise),
    `SignalementPrisParUneAutre` when `par` has not taken it.
    """
    pris = _verrouiller(par, signalement)
    if pris.etat == EtatSignalement.RESOLU:
        if pris.issue == issue:
            return pris
        raise SignalementDejaTraite
    if pris.pris_par_id != par.pk:
        raise SignalementPrisParUneAutre
    pris.etat, pris.issue, pris.reponse = EtatSignalement.RESOLU, issue, reponse.strip()
    pris.resolu_le = maintenant()
    pris.save(update_fields=["etat", "issue", "reponse", "resolu_le"])
    journaliser_signalement(pris, issue, par)
    _appliquer(par, pris, mot.strip())
    solder(genre=SignalementRecu.genre.code, cle=str(pris.uuid))
    if pris.par:
        prevenir(SignalementTraite(str(pris.uuid), pris.reponse), [pris.par])
    return pris


def _appliquer(par: Utilisateur, signalement: Signalement, mot: str) -> None:
    if signalement.issue in AVEC_RETRAIT and signalement.message:
        retirer_message(par=par, message=signalement.message)
    elif signalement.message:
        liberer_message(par=par, message=signalement.message)
    entreprise = signalement.entreprise
    if entreprise is None:
        return
    est_suspendue = signalement.issue == IssueSignalement.SUSPENSION
    if est_suspendue:
        suspendre_entreprise(par=par, entreprise=entreprise)
    if est_suspendue or signalement.issue == IssueSignalement.AVERTISSEMENT:
        _avertir(signalement, entreprise, mot, est_suspendue=est_suspendue)


def _avertir(signalement: Signalement, entreprise: Entreprise, mot: str, *, est_suspendue: bool) -> None:
    avis = AvertissementRecu(
        signalement=str(signalement.uuid),
        entreprise=entreprise.nom,
        motif=signalement.get_motif_display(),
        mot=mot,
        est_suspendue=est_suspendue,
    )
    prevenir_entreprises(avis, [entreprise.pk])


def _verrouiller(par: Utilisateur, signalement: Signalement) -> Signalement:
    """Read the report as it is now: of two animators at once, the second sees what the first did."""
    du_ressort = Signalement.objects.du_ressort_de(par).filter(pk=signalement.pk)
    verrouille = Signalement.objects.select_for_update().filter(pk__in=du_ressort.values("pk")).first()
    if verrouille is None:
        raise HorsDeVotreTerritoire
    return verrouille
