"""Propose dates, choose one, move, cancel: the séance of an apport.

Every write locks the échange's row first (`services/apports.py`), then reads the séance: two answers at the
same instant are one after the other, and the second, given to a `version` that is no longer, is refused.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.creneaux import DELAI_MIN, dernier_instant
from matching.erreurs import (
    DatesRefusees,
    EchangeDUneAutreEntreprise,
    EndroitIncomplet,
    SeanceInconnue,
    SeanceModifiee,
    SeancePassee,
)
from matching.evenements import SeanceAnnulee, SeanceConvenue, SeanceMaintenue, SeanceProposee
from matching.models import Apport, DatesProposees, EtatSeance, Seance
from matching.models.seances import DATES_MAX
from matching.moteur.adequation import Lieu
from matching.services.apports import verrouiller_apport
from matching.services.confirmations import prevoir_apport
from matching.services.transitions import journaliser
from profils.models import Entreprise, Utilisateur

VEILLE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Rencontre:
    """What is proposed: dates (UTC), how long, where; a visio without a link gets a room of `VISIO_URL`."""

    dates: Sequence[datetime]
    duree_minutes: int
    lieu: Lieu
    adresse: str = ""
    lien_visio: str = ""


@transaction.atomic
def proposer_dates(
    *, par: Utilisateur, apport: Apport, entreprise: Entreprise, rencontre: Rencontre, version: int = 0
) -> Seance:
    """Propose up to three dates: for a first séance, instead of the other's, or to move the one agreed.

    `version` is that of the séance on the page (0: none). The agreed date stands until another is chosen.
    Raises `SeanceModifiee`, `DatesRefusees`, `EndroitIncomplet`.
    """
    apport = verrouiller_apport(par, apport, entreprise)
    dates = _exiger_dates(rencontre.dates)
    seance = _active(apport)
    if seance is not None and _sont_les_memes(seance.attendue, entreprise, dates, rencontre):
        return seance  # sent twice
    if version != (seance.version if seance else 0):
        raise SeanceModifiee
    seance = seance or Seance(apport=apport)
    endroit = _endroit(rencontre, seance)
    seance.version += 1
    seance.save()
    seance.dates_proposees = _ecrire_dates(seance, entreprise, dates, rencontre, endroit)
    dites = [debut.isoformat() for debut in dates]
    journaliser(apport.echange, "seance_proposee", entreprise, par, apport=apport.pk, dates=dites)
    emettre(SeanceProposee(seance.pk))
    return seance


def _ecrire_dates(
    seance: Seance,
    entreprise: Entreprise,
    dates: list[datetime],
    rencontre: Rencontre,
    endroit: dict[str, object],
) -> DatesProposees:
    """One set of dates awaits an answer: the last proposed, whoever it is by."""
    proposees, _ = DatesProposees.objects.update_or_create(
        seance=seance,
        defaults={
            "entreprise": entreprise,
            "dates": dates,
            "duree_minutes": rencontre.duree_minutes,
            "propose_le": maintenant(),
            **endroit,
        },
    )
    return proposees


@transaction.atomic
def choisir_date(
    *, par: Utilisateur, seance: Seance, entreprise: Entreprise, debut: datetime, version: int
) -> Seance:
    """Choose one of the dates the other proposes; choosing the same twice is choosing once.

    Raises `SeanceModifiee` when they are no longer those of the page, `DatesRefusees` when it is too late.
    """
    seance = _verrouillee(par, seance, entreprise)
    proposees = seance.attendue
    if proposees is None and seance.etat == EtatSeance.CONVENUE and seance.debut == debut:
        return seance
    if proposees is None or seance.version != version or debut not in proposees.dates:
        raise SeanceModifiee
    if proposees.entreprise_id == entreprise.pk:
        raise SeanceModifiee
    _exiger_dates([debut])
    est_deplacee = seance.etat == EtatSeance.CONVENUE
    _convenir(seance, proposees, debut)
    journaliser(
        seance.apport.echange,
        "seance_deplacee" if est_deplacee else "seance_convenue",
        entreprise,
        par,
        apport=seance.apport.pk,
        debut=debut.isoformat(),
    )
    emettre(SeanceConvenue(seance.pk, entreprise.pk, est_deplacee))
    return seance


@transaction.atomic
def maintenir_seance(*, par: Utilisateur, seance: Seance, entreprise: Entreprise, version: int) -> Seance:
    """Set aside the other dates proposed, one's own or not: the date agreed stands."""
    seance = _verrouillee(par, seance, entreprise)
    if seance.etat != EtatSeance.CONVENUE:
        raise SeanceModifiee
    if seance.attendue is None:
        return seance
    if seance.version != version:
        raise SeanceModifiee
    _oublier_les_dates(seance)
    seance.version += 1
    seance.save(update_fields=["version", "modifie_le"])
    journaliser(seance.apport.echange, "seance_maintenue", entreprise, par, apport=seance.apport.pk)
    emettre(SeanceMaintenue(seance.pk, entreprise.pk))
    return seance


@transaction.atomic
def annuler_seance(*, par: Utilisateur, seance: Seance, entreprise: Entreprise) -> Seance:
    """Call the séance off, agreed or not: the other is told. Raises `SeancePassee`."""
    seance = _verrouillee(par, seance, entreprise)
    if seance.etat == EtatSeance.ANNULEE:
        return seance
    if seance.etat == EtatSeance.PASSEE or (seance.debut and seance.debut <= maintenant()):
        raise SeancePassee
    _annuler(seance, entreprise, par)
    return seance


@transaction.atomic
def annuler_seances(*, echange: int, entreprise: int | None = None) -> None:
    """Call off what the end of an échange (primary keys) leaves without object, or a company's leaving it.

    What has taken place stays.
    """
    actives = Seance.objects.detaillees().actives().filter(apport__echange=echange)
    if entreprise is not None:
        actives = actives.filter(Q(apport__donneur=entreprise) | Q(apport__receveur=entreprise))
    for seance in actives.order_by("pk"):
        if seance.debut is None or seance.debut > maintenant():
            _annuler(seance, None, None)


def _annuler(seance: Seance, entreprise: Entreprise | None, par: Utilisateur | None) -> None:
    _oublier_les_dates(seance)
    etait_convenue = seance.etat == EtatSeance.CONVENUE
    seance.etat = EtatSeance.ANNULEE
    seance.version += 1
    seance.sequence += etait_convenue
    seance.save(update_fields=["etat", "version", "sequence", "modifie_le"])
    prevoir_apport(apport=seance.apport, le=None)
    journaliser(seance.apport.echange, "seance_annulee", entreprise, par, apport=seance.apport.pk)
    emettre(SeanceAnnulee(seance.pk, entreprise.pk if entreprise else None, seance.debut))


def _convenir(seance: Seance, proposees: DatesProposees, debut: datetime) -> None:
    seance.sequence += seance.etat == EtatSeance.CONVENUE
    seance.etat = EtatSeance.CONVENUE
    seance.debut, seance.fin = debut, debut + timedelta(minutes=proposees.duree_minutes)
    seance.lieu, seance.adresse, seance.lien_visio = proposees.lieu, proposees.adresse, proposees.lien_visio
    # « Demain » would come on the heels of the agreement: the reminder of two hours is enough.
    seance.rappels = 1 if debut - maintenant() <= VEILLE else 0
    seance.version += 1
    _oublier_les_dates(seance)
    seance.save()
    prevoir_apport(apport=seance.apport, le=seance.fin)


def _oublier_les_dates(seance: Seance) -> None:
    DatesProposees.objects.filter(seance=seance).delete()
    seance._state.fields_cache["dates_proposees"] = None  # noqa: SLF001  the reverse side keeps the row deleted


def _verrouillee(par: Utilisateur, seance: Seance, entreprise: Entreprise) -> Seance:
    """Lock the échange, then read the séance again."""
    try:
        verrouiller_apport(par, seance.apport, entreprise)
    except EchangeDUneAutreEntreprise as refus:
        raise SeanceInconnue from refus
    return Seance.objects.detaillees().get(pk=seance.pk)


def _active(apport: Apport) -> Seance | None:
    """Return the séance proposed or agreed; one that has ended makes room for another."""
    seance = Seance.objects.detaillees().actives().filter(apport=apport).first()
    if seance is None or seance.fin is None or seance.fin > maintenant():
        return seance
    seance.etat = EtatSeance.PASSEE
    seance.save(update_fields=["etat", "modifie_le"])
    _oublier_les_dates(seance)
    return None


def _exiger_dates(dates: Sequence[datetime]) -> list[datetime]:
    """Return them in order, each once."""
    instant = maintenant()
    uniques = sorted(set(dates))
    if not 1 <= len(uniques) <= DATES_MAX:
        raise DatesRefusees
    if uniques[0] < instant + DELAI_MIN:
        raise DatesRefusees("C’est trop tôt\u00a0: prévoyez au moins deux heures d’avance.")
    if uniques[-1] > dernier_instant(instant):
        raise DatesRefusees("C’est trop loin\u00a0: choisissez une date dans les six mois.")
    return uniques


def _sont_les_memes(
    proposees: DatesProposees | None, entreprise: Entreprise, dates: list[datetime], rencontre: Rencontre
) -> bool:
    return (
        proposees is not None
        and proposees.entreprise_id == entreprise.pk
        and proposees.dates == dates
        and (proposees.lieu, proposees.adresse) == (rencontre.lieu, rencontre.adresse)
        and rencontre.lien_visio in ("", proposees.lien_visio)
    )


def _endroit(rencontre: Rencontre, seance: Seance) -> dict[str, object]:
    """Return the fields of an `Endroit`, and refuse half of one."""
    adresse = rencontre.adresse if rencontre.lieu == Lieu.TIERS_LIEU else ""
    lien = _lien_visio(rencontre, seance) if rencontre.lieu == Lieu.VISIO else ""
    if rencontre.lieu == Lieu.TIERS_LIEU and not adresse:
        raise EndroitIncomplet("Écrivez l’adresse du lieu où vous vous verrez.")
    return {"lieu": int(rencontre.lieu), "adresse": adresse, "lien_visio": lien}


def _lien_visio(rencontre: Rencontre, seance: Seance) -> str:
    """The link given; else the one these two already have; else a room nobody can guess."""
    deja = seance.attendue.lien_visio if seance.attendue else seance.lien_visio
    lien = rencontre.lien_visio or deja or creer_salle()
    if not lien.startswith("https://"):
        raise EndroitIncomplet("Donnez le lien de la visio\u00a0: il commence par https://")
    return lien


def creer_salle() -> str:
    """Return the address of a new room, empty when the host has chosen no server."""
    return f"{settings.VISIO_URL}/echange-{secrets.token_hex(16)}" if settings.VISIO_URL else ""
