"""What every change of an échange goes through: its row locked, its state moved, its journal written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from procrastinate.contrib.django import app

from echange.socle.evenements import Evenement, emettre
from echange.socle.horloge import maintenant
from matching.cycle import trouver
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
from matching.services.verrous import verrouiller_demandes
from profils.models import Entreprise, Utilisateur

DELAI_DE_REPONSE = timedelta(days=7)
HORIZON = timedelta(days=30)  # after everyone agreed, for the gifts to take place, when nobody chose a date

TACHE_REVOIR = "matching.revoir_echanges"
TACHE_REPARER = "matching.reparer_echange"


def exiger_membre(par: Utilisateur, entreprise: Entreprise) -> None:
    if not par.est_membre_de(entreprise):
        raise EchangeDUneAutreEntreprise


def participation_verrouillee(par: Utilisateur, echange: Echange, entreprise: Entreprise) -> Participation:
    """Lock the échange, then read this company's answer; raise if it never had a part in it."""
    exiger_membre(par, entreprise)
    verrouille = verrouiller(echange.pk)
    participation = verrouille.participations.filter(entreprise=entreprise).first()
    if participation is None:
        raise EchangeDUneAutreEntreprise
    participation.echange = verrouille
    return participation


def verrouiller(cle: int) -> Echange:
    """Lock an échange, after the demandes that its answer may end (see `verrous`)."""
    verrouiller_demandes(echange=cle)
    return Echange.objects.select_for_update().get(pk=cle)


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


def franchir(
    echange: Echange,
    fait: str,
    statut: StatutEchange,
    *,
    entreprise: Entreprise | None = None,
    par: Utilisateur | None = None,
    evenement: Evenement | None = None,
    **details: Any,
) -> None:
    """Move a locked échange along one line of `matching.cycle.TRANSITIONS`; `LookupError` for any other.

    Its state and date, then the journal, then the event of the table, then `EchangeTermine` if it ends there.
    """
    transition = trouver(StatutEchange(echange.statut), fait, statut)
    if (type(evenement) if evenement else None) is not transition.emet:
        raise LookupError(f"«\u00a0{fait}\u00a0» emits {transition.emet}")
    champs = ["statut", "modifie_le"]
    echange.statut = statut
    if statut == StatutEchange.EN_COURS:
        echange.accepte_le = maintenant()
        champs.append("accepte_le")
    se_termine = statut in STATUTS_TERMINES and echange.conclu_le is None
    if se_termine:
        echange.conclu_le = maintenant()
        champs.append("conclu_le")
    echange.save(update_fields=champs)
    journaliser(echange, fait, entreprise, par, **details)
    if evenement:
        emettre(evenement)
    if se_termine:
        emettre(EchangeTermine(echange.pk))


def journaliser(
    echange: Echange,
    fait: str,
    entreprise: Entreprise | None = None,
    par: Utilisateur | None = None,
    **details: Any,
) -> None:
    JournalEchange.objects.create(echange=echange, fait=fait, entreprise=entreprise, par=par, details=details)


def programmer_revue(
    *, besoins: Iterable[int] = (), savoir_faire: Iterable[int] = (), entreprises: Iterable[int] = ()
) -> None:
    """Have the open échanges that touch these listings or companies (primary keys) looked at again.

    By a task, in transactions of their own: whoever calls this holds a listing's or a company's row, and an
    échange is always locked before them. The periodic sweep looks at all of them anyway.
    """
    app.configure_task(TACHE_REVOIR).defer(
        besoins=list(besoins), savoir_faire=list(savoir_faire), entreprises=list(entreprises)
    )
