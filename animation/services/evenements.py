"""What is on line of an event follows its page; its people are told of what changes for them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from procrastinate.contrib.django import app

from animation.avis_agenda import annoncer_annulation, annoncer_changement
from animation.erreurs import EvenementDejaAnnule, EvenementHorsRessort, EvenementTermine
from animation.models import AccueilTerritoire, Evenement, PageEvenement
from animation.services.places import promouvoir
from echange.socle.horloge import maintenant
from profils.models import Utilisateur
from profils.ressort import exiger_ressort
from territoires.geocodage import localiser

TACHE_LOCALISER = "animation.localiser_evenement"
COPIES = ("genre", "debut", "fin", "lieu", "adresse", "commune_id", "lien_visio", "ouvre_le", "ferme_le")
# What people who come must know at once; calendars show the title too.
A_DIRE = ("debut", "fin", "lieu", "adresse", "commune_id", "lien_visio")
ADRESSE = ("adresse", "commune_id", "lieu")


def suivre_evenements() -> int:
    """Make every event say what its page says now; return how many changed.

    The CMS calls `suivre_evenement` when somebody publishes; this finds what it could not: a page published
    by its date, a copy, a worker killed between the two.
    """
    dit = Evenement.objects.filter(page=OuterRef("pk"))
    a_jour = dit.filter(est_en_ligne=True, revision=Coalesce(OuterRef("live_revision_id"), 0))
    en_retard = PageEvenement.objects.filter(
        Q(live=True) & ~Exists(a_jour) | Q(live=False) & Exists(dit.filter(est_en_ligne=True))
    )
    cles = list(en_retard.order_by("pk").values_list("pk", flat=True))
    return sum(suivre_evenement(page_id=cle) is not None for cle in cles) + _retirer_les_orphelins()


@transaction.atomic
def suivre_evenement(*, page_id: int) -> Evenement | None:
    """Write what the page says into its event, and tell its people what changes for them; twice is once.

    None for a page that was never on line. An event that was cancelled or is over is not told again.
    """
    page = PageEvenement.objects.select_for_update(of=("self",)).get(pk=page_id)
    evenement = Evenement.objects.select_for_update().filter(page=page).first()
    if not page.live:
        if evenement is not None:
            evenement.est_en_ligne = False
            evenement.save(update_fields=["est_en_ligne", "modifie_le"])
        return evenement
    if evenement is None:
        return _ouvrir(page)
    return _mettre_a_jour(evenement, page)


def _ouvrir(page: PageEvenement) -> Evenement:
    accueil = AccueilTerritoire.objects.ancestor_of(page).get()
    evenement = Evenement.objects.create(
        page=page,
        territoire=accueil.territoire,
        capacite=page.capacite,
        **_dit_par(page),
        **_centre(page),
    )
    _programmer_position(evenement)
    return evenement


def _mettre_a_jour(evenement: Evenement, page: PageEvenement) -> Evenement:
    avant = {nom: getattr(evenement, nom) for nom in ("titre", *COPIES)}
    dit = _dit_par(page)
    changes = {nom for nom in avant if avant[nom] != dit[nom]}
    for nom, valeur in dit.items():
        setattr(evenement, nom, valeur)
    evenement.est_en_ligne = True
    # Whoever has a place keeps it.
    prises = evenement.places_prises
    evenement.capacite = None if page.capacite is None else max(page.capacite, prises)
    if changes & {"titre", *A_DIRE}:
        evenement.sequence += 1
    if changes & {"debut", "fin"}:
        evenement.rappels = 0
    if changes & set(ADRESSE):
        for nom, valeur in _centre(page).items():
            setattr(evenement, nom, valeur)
        _programmer_position(evenement)
    evenement.save()
    if not evenement.est_annule and not evenement.est_passe:
        if changes & set(A_DIRE):
            annoncer_changement(evenement, avant)
        promouvoir(evenement)
    return evenement


def _dit_par(page: PageEvenement) -> dict[str, Any]:
    return {"titre": page.title, "revision": page.live_revision_id or 0} | {
        nom: getattr(page, nom) for nom in COPIES
    }


def _centre(page: PageEvenement) -> dict[str, Any]:
    """Until the address is found: the middle of its commune."""
    return {"position": page.commune.position if page.commune else None, "est_localise": False}


def _retirer_les_orphelins() -> int:
    """A page deleted (nobody was coming any more) leaves no event on line."""
    return Evenement.objects.filter(page=None, est_en_ligne=True).update(est_en_ligne=False)


def _programmer_position(evenement: Evenement) -> None:
    if evenement.commune_id and evenement.adresse:
        app.configure_task(TACHE_LOCALISER).defer(evenement_id=evenement.pk)


def localiser_evenement(*, evenement_id: int) -> None:
    """Look the address up, outside any transaction; an address changed meanwhile is left to its own job."""
    evenement = Evenement.objects.select_related("commune").get(pk=evenement_id)
    if evenement.commune is None:
        return
    lieu = localiser(evenement.adresse, evenement.commune)
    Evenement.objects.filter(pk=evenement.pk, adresse=evenement.adresse, commune=evenement.commune).update(
        position=lieu.point, est_localise=lieu.est_localisee
    )


@transaction.atomic
def annuler_evenement(*, par: Utilisateur, evenement: Evenement, motif: str) -> Evenement:
    """Call an event off and tell everyone who comes or waits; its page stays, and says so.

    Raises `EvenementHorsRessort`, `EvenementTermine`, `EvenementDejaAnnule`.
    """
    verifier_ressort(par, evenement)
    pris = Evenement.objects.select_for_update().get(pk=evenement.pk)
    if pris.est_annule:
        raise EvenementDejaAnnule
    if pris.est_passe:
        raise EvenementTermine
    pris.annule_le, pris.motif, pris.sequence = maintenant(), motif, pris.sequence + 1
    pris.save(update_fields=["annule_le", "motif", "sequence", "modifie_le"])
    annoncer_annulation(pris)
    return pris


def verifier_ressort(par: Utilisateur, evenement: Evenement) -> None:
    """Raise `EvenementHorsRessort` for whoever does not animate its territoire."""
    exiger_ressort(par, evenement.territoire_id, EvenementHorsRessort)
