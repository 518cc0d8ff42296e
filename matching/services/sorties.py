"""A company is missing from a proposal: it says no, stays silent, is gone, or its listing is.

Among several the proposal may go on: the company is let out, the échange is « à réparer », and a task looks
for another way (`services.reparations`). Between two it ends there, unless a réciproque has lost one of its
listings and not the other: nobody is let out, and the gift that stands may go on alone. Everything here runs
with the échange's row locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q
from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from matching.evenements import EchangeAnnule, EchangeDecline
from matching.models import Apport, Besoin, Echange, Nature, SavoirFaire, StatutEchange
from matching.models.annonces import STATUTS_FINIS
from matching.models.echanges import Sortie
from matching.services.demandes_bilans import ouvrir_bilan_de_qui_sort
from matching.services.transitions import TACHE_REPARER, franchir
from profils.models import Blocage, Entreprise, Utilisateur

REPARATIONS_MAX = 3  # of one échange: beyond, those who agreed have waited long enough


def finir_sans(echange: Echange, sorties: Mapping[int, Sortie], *, par: Utilisateur | None = None) -> None:
    """Go on without these companies (primary keys, why) if the others may; end the proposal otherwise."""
    if not _est_reparable(echange, sorties):
        terminer_sans(echange, sorties, par=par)
        return
    for cle, sortie in sorties.items():
        if echange.nature == Nature.RECIPROQUE:
            continue
        echange.participations.filter(entreprise=cle).update(sortie=sortie, sortie_le=maintenant())
        if sortie == Sortie.DECLINE:
            ouvrir_bilan_de_qui_sort(echange=echange, entreprise=cle)
    franchir(
        echange,
        "sort",
        StatutEchange.A_REPARER,
        entreprise=Entreprise.objects.get(pk=next(iter(sorties))),
        par=par,
        sorties={str(cle): sortie.value for cle, sortie in sorties.items()},
    )
    app.configure_task(TACHE_REPARER).defer(echange_id=echange.pk)


def terminer_sans(echange: Echange, sorties: Mapping[int, Sortie], *, par: Utilisateur | None = None) -> None:
    """End a proposal in the one way that says why; a refusal says more than a silence."""
    cle = min(sorties, key=lambda c: _PREMIERES.index(sorties[c]))
    entreprise, sortie = Entreprise.objects.get(pk=cle), sorties[cle]
    if sortie == Sortie.DECLINE:
        decline = EchangeDecline(echange.pk, cle)
        franchir(echange, "decline", StatutEchange.DECLINE, entreprise=entreprise, par=par, evenement=decline)
    elif sortie == Sortie.SILENCE:
        franchir(echange, "expire", StatutEchange.EXPIRE)
    else:
        annule = EchangeAnnule(echange.pk, cle, sortie)
        franchir(
            echange,
            "impossible",
            StatutEchange.ANNULE,
            entreprise=entreprise,
            par=par,
            evenement=annule,
            raison=sortie.value,
        )


_PREMIERES = (Sortie.DECLINE, Sortie.PARTIE, Sortie.TROUVE, Sortie.ANNONCE, Sortie.SILENCE)


def _est_reparable(echange: Echange, sorties: Mapping[int, Sortie]) -> bool:
    """Among several, when one is missing, or when a gift between two others stands.

    In a réciproque, when a listing is missing and both companies are there.
    """
    if echange.nature == Nature.DIRECT or echange.reparations >= REPARATIONS_MAX:
        return False
    if echange.nature == Nature.RECIPROQUE:
        return set(sorties.values()) <= {Sortie.ANNONCE, Sortie.TROUVE} and bool(dons_debout(echange))
    touches = Q(donneur__in=sorties) | Q(receveur__in=sorties)
    return len(sorties) == 1 or echange.apports.exclude(touches).exists()


def manquantes(apports: Iterable[Apport]) -> dict[int, Sortie]:
    """Return the companies that can no longer hold their part of these gifts, whatever they answered.

    Suspended or closed; blocking the one they would meet; a listing withdrawn, hidden, or without room. A
    listing paused or expired since stands: it takes no new proposal, those sent are answered.
    """
    apports = list(apports)
    sorties = dict.fromkeys(parties(apports), Sortie.PARTIE)
    pleins = Besoin.objects.completes_parmi([a.besoin_id for a in apports])
    complets = SavoirFaire.objects.completes_parmi([a.savoir_faire_id for a in apports])
    for apport in apports:
        if apport.savoir_faire.statut in STATUTS_FINIS or apport.savoir_faire_id in complets:
            sorties.setdefault(apport.donneur_id, Sortie.ANNONCE)
        if apport.besoin.statut in STATUTS_FINIS or apport.besoin_id in pleins:
            sorties.setdefault(apport.receveur_id, Sortie.TROUVE)
    return sorties


def dons_debout(echange: Echange) -> list[Apport]:
    """Return the gifts that both sides can still hold, each looked at alone."""
    return [apport for apport in echange.apports.complets() if not manquantes([apport])]


def parties(apports: list[Apport]) -> list[int]:
    """Return the companies of these gifts that are suspended, or that block the one they would meet."""
    toutes = {e.pk: e for a in apports for e in (a.donneur, a.receveur)}
    rencontres = {frozenset((a.donneur_id, a.receveur_id)) for a in apports}
    blocages = Blocage.objects.filter(bloquante__in=toutes, bloquee__in=toutes)
    bloquantes = {b.bloquante_id for b in blocages if frozenset((b.bloquante_id, b.bloquee_id)) in rencontres}
    return sorted({cle for cle, e in toutes.items() if e.est_suspendue} | bloquantes)
