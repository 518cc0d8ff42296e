"""What the agenda of a community shows, and the page of an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from animation.models.evenements import EtatInscription, Evenement, GenreEvenement, Inscription
from animation.presentation.evenements import FicheEvenement
from profils.models import Utilisateur

PASSES_MAX = 20
A_VENIR_MAX = 100


@dataclass(frozen=True, slots=True)
class Agenda:
    """Events to come, month by month, and the latest past ones; `genre` is the filter, empty for all."""

    mois: list[tuple[str, list[FicheEvenement]]]
    passes: list[FicheEvenement]
    genres: list[tuple[str, str]]
    genre: str


def lire_agenda(territoire: int, genre: str) -> Agenda:
    """Return the agenda of a territoire (primary key): two queries. An unknown filter shows everything."""
    publics = Evenement.objects.publics().filter(territoire=territoire).detailles()
    a_venir = list(publics.a_venir()[:A_VENIR_MAX])
    presents = {evenement.genre for evenement in a_venir}
    genres = [(str(code), nom) for code, nom in GenreEvenement.choices if code in presents]
    choisi = genre if genre in presents else ""
    fiches = [FicheEvenement(e) for e in a_venir if choisi in ("", e.genre)]
    passes = [FicheEvenement(e) for e in publics.passes()[:PASSES_MAX]]
    return Agenda(_par_mois(fiches), passes, genres if len(genres) > 1 else [], choisi)


def prochains(territoire: int, *, nombre: int) -> list[FicheEvenement]:
    """Return the next events of a territoire (primary key), cancelled ones aside: one query."""
    suite = Evenement.objects.publics().a_venir().filter(territoire=territoire, annule_le=None)
    return [FicheEvenement(e) for e in suite.detailles()[:nombre]]


def _par_mois(fiches: Sequence[FicheEvenement]) -> list[tuple[str, list[FicheEvenement]]]:
    return [
        (date_format(lot[0].debut_local, "F Y").capitalize(), lot)
        for _, groupe in groupby(fiches, key=lambda f: (f.debut_local.year, f.debut_local.month))
        if (lot := list(groupe))
    ]


def lire_fiche(page: Any) -> FicheEvenement | None:
    """Return what anybody reads of the event of a page; None until it has been on line."""
    evenement = Evenement.objects.detailles().filter(page=page.pk).first()
    return FicheEvenement(evenement) if evenement else None


def lire_evenement(page: Any, lecteur: Any) -> dict[str, Any]:
    """Return what the page of an event shows to this reader; `fiche` is None until it has been on line."""
    evenement = Evenement.objects.detailles().filter(page=page.pk or 0).first()
    if evenement is None:
        return {"fiche": None}
    inscription = None
    if isinstance(lecteur, Utilisateur):
        inscription = evenement.inscriptions.actives().de_la_personne(lecteur).first()
    return {
        "fiche": FicheEvenement(evenement),
        "inscription": inscription,
        "carte": _carte(evenement),
        "peut_animer_ici": isinstance(lecteur, Utilisateur) and lecteur.anime(evenement.territoire_id),
    }


def _carte(evenement: Evenement) -> dict[str, Any] | None:
    if evenement.position is None or evenement.commune is None:
        return None
    point = {"lat": evenement.position.y, "lon": evenement.position.x}
    return {
        "tuiles": settings.CARTE_TUILES_URL,
        "mention": settings.CARTE_TUILES_MENTION,
        "point": point | {"nom": evenement.lieu or evenement.commune.nom},
        "est_precis": evenement.est_localise,
    }


def position_dans_la_file(inscription: Inscription) -> int:
    """Return 1 for the first who waits."""
    avant = inscription.evenement.inscriptions.filter(etat=inscription.etat, rang__lt=inscription.rang)
    return avant.count() + 1


def place_attendue(inscription: Inscription) -> bool:
    """Say whether somebody waits, who would have this person's place at once if she gave it back."""
    evenement = inscription.evenement
    if not inscription.est_inscrite or evenement.a_commence:
        return False
    return evenement.inscriptions.filter(etat=EtatInscription.ATTENTE).exists()
