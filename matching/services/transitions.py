"""What every change of an échange goes through: its row locked, its state moved, its journal written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from echange.socle.evenements import Evenement, emettre
from echange.socle.horloge import maintenant
from matching.erreurs import EchangeDUneAutreEntreprise
from matching.evenements import EchangeTermine
from matching.models import (
    Annonce,
    Besoin,
    Echange,
    JournalEchange,
    Participation,
    SavoirFaire,
    StatutEchange,
)
from matching.models.echanges import STATUTS_TERMINES
from profils.models import Entreprise, Utilisateur


def exiger_membre(par: Utilisateur, entreprise: Entreprise) -> None:
    if not par.est_membre_de(entreprise):
        raise EchangeDUneAutreEntreprise


def participation_verrouillee(par: Utilisateur, echange: Echange, entreprise: Entreprise) -> Participation:
    """Lock the échange, then read this company's answer; raise if it has no part in it."""
    exiger_membre(par, entreprise)
    verrouille = Echange.objects.select_for_update().get(pk=echange.pk)
    participation = verrouille.participations.filter(entreprise=entreprise).first()
    if participation is None:
        raise EchangeDUneAutreEntreprise
    participation.echange = verrouille
    return participation


def verrouiller_annonces(besoins: Sequence[int], savoir_faire: Sequence[int]) -> list[Annonce]:
    """Lock the listings in a fixed order, so that two échanges never wait for each other in a ring.

    `no_key`: rows that only name a listing (arêtes, apports) are written meanwhile.
    """
    return [
        *Besoin.objects.select_for_update(no_key=True).filter(pk__in=besoins).order_by("pk"),
        *SavoirFaire.objects.select_for_update(no_key=True).filter(pk__in=savoir_faire).order_by("pk"),
    ]


def verrouiller_ses_annonces(echange: Echange) -> list[Annonce]:
    """Lock the listings that an échange uses."""
    apports = list(echange.apports.all())
    return verrouiller_annonces([a.besoin_id for a in apports], [a.savoir_faire_id for a in apports])


def passer(echange: Echange, statut: StatutEchange) -> None:
    """Move a locked échange to `statut`, with the date that goes with it."""
    champs = ["statut", "modifie_le"]
    echange.statut = statut
    if statut == StatutEchange.EN_COURS:
        echange.accepte_le = maintenant()
        champs.append("accepte_le")
    elif statut in STATUTS_TERMINES and echange.conclu_le is None:
        echange.conclu_le = maintenant()
        champs.append("conclu_le")
    echange.save(update_fields=champs)


def terminer(echange: Echange, statut: StatutEchange, *faits: Evenement) -> None:
    """End a locked échange; `faits` tell how, to those who are to be told."""
    passer(echange, statut)
    for fait in faits:
        emettre(fait)
    emettre(EchangeTermine(echange.pk))


def journaliser(
    echange: Echange,
    fait: str,
    entreprise: Entreprise | None = None,
    par: Utilisateur | None = None,
    **details: Any,
) -> None:
    JournalEchange.objects.create(echange=echange, fait=fait, entreprise=entreprise, par=par, details=details)
