"""What moves on a community's page: figures, newest listings, what is looked for, the map.

Each block is read at most once a minute and a process: a page that a whole town opens at once costs what one
reader costs. Nothing else empties them: a listing hidden by moderation answers 404 at once, its card goes
within the minute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count

from animation.chiffres import Chiffres, chiffres_et_equipe
from animation.presentation.agenda import prochains
from animation.presentation.evenements import FicheEvenement
from matching.models import Annonce, Besoin, SavoirFaire
from matching.presentation.annonces import FicheAnnonce

DUREE = 60  # seconds
NOUVEAUTES = 6  # newest listings of each kind
RECHERCHEES = 6  # compétences most asked for
RENDEZ_VOUS = 3  # next events

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recherchee:
    """A compétence that companies of the territoire ask for, and how many of them."""

    code: str
    titre: str
    nombre: int


@dataclass(frozen=True, slots=True)
class BlocsVifs:
    chiffres: Chiffres
    equipe: list[str]
    besoins: list[FicheAnnonce]
    savoir_faire: list[FicheAnnonce]
    recherchees: list[Recherchee]
    rendez_vous: list[FicheEvenement]

    @property
    def carte(self) -> dict[str, Any]:
        """What `carte_communaute.js` draws: the cards of the page, at public positions, already blurred."""
        fiches = [*self.savoir_faire, *self.besoins]
        return {
            "tuiles": settings.CARTE_TUILES_URL,
            "mention": settings.CARTE_TUILES_MENTION,
            "points": [_point(fiche) for fiche in fiches],
        }


def blocs_vifs(territoire: int) -> BlocsVifs:
    """Read the blocks of a territoire (primary key): five queries cold, none within the minute."""
    chiffres, equipe = _garder("chiffres", territoire, lambda: chiffres_et_equipe(territoire))
    return BlocsVifs(
        chiffres,
        equipe,
        _garder("besoins", territoire, lambda: nouveautes(Besoin, territoire)),
        _garder("savoir-faire", territoire, lambda: nouveautes(SavoirFaire, territoire)),
        _garder("recherchees", territoire, lambda: _recherchees(territoire)),
        _garder("rendez-vous", territoire, lambda: prochains(territoire, nombre=RENDEZ_VOUS)),
    )


def _garder(bloc: str, territoire: int, lire: Callable[[], T]) -> T:
    lu: Any = cache.get_or_set(f"vif:{bloc}:{territoire}", lire, DUREE)
    garde: T = lu
    return garde


def nouveautes(modele: type[Annonce], territoire: int) -> list[FicheAnnonce]:
    """The newest listings on line in this territoire: one query."""
    en_ligne = modele.objects.publiees().filter(commune__territoire=territoire)
    lues = en_ligne.select_related("entreprise", "commune", "competence").order_by("-publie_le", "-pk")
    return [FicheAnnonce(annonce) for annonce in lues[:NOUVEAUTES]]


def _recherchees(territoire: int) -> list[Recherchee]:
    besoins = Besoin.objects.publiees().filter(commune__territoire=territoire).order_by()
    comptes: Sequence[tuple[str, str, int]] = (
        besoins.values_list("competence", "competence__titre")
        .annotate(nombre=Count("entreprise", distinct=True))
        .order_by("-nombre", "competence__titre")[:RECHERCHEES]
    )
    return [Recherchee(*ligne) for ligne in comptes]


def _point(fiche: FicheAnnonce) -> dict[str, Any]:
    position = fiche.annonce.position
    return {
        "lat": round(position.y, 4),
        "lon": round(position.x, 4),
        "nom": fiche.annonce.entreprise.nom,
        "titre": fiche.titre,
        "url": fiche.url,
        "genre": fiche.genre,
    }
