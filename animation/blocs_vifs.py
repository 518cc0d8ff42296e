"""What moves on a community's pages: figures, newest listings, what is looked for, next events, the map.
The list of the communities says the same figures.

Each is read at most once a minute and a process: a page that a whole town opens at once costs what one
reader costs. Nothing else empties them: a listing hidden by moderation answers 404 at once, its card goes
within the minute. Who draws them: the blocks of `animation.blocs.vifs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count

from animation.chiffres import Chiffres, chiffres_et_equipes
from animation.presentation.agenda import prochains
from animation.presentation.evenements import FicheEvenement
from echange.socle.masquage import masquer_coordonnees
from matching.models import Annonce, Besoin, SavoirFaire
from matching.presentation.annonces import FicheAnnonce

DUREE = 60  # seconds
NOUVEAUTES = 6  # newest listings of each kind
RECHERCHEES = 6  # compétences most asked for
RENDEZ_VOUS = 3  # next events
GENRES: dict[str, type[Annonce]] = {"besoins": Besoin, "savoir-faire": SavoirFaire}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Nouveaute:
    """What a card and the map show of a listing, and no more: it is read again at each page.

    `texte` has no phone number nor address; `lat` and `lon` are public, already blurred.
    """

    genre: str
    titre: str
    url: str
    texte: str
    entreprise: str
    commune: str
    duree: int | None
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Recherchee:
    """A compétence that companies of the territoire ask for, and how many of them."""

    code: str
    titre: str
    nombre: int


def lire_chiffres(territoire: int) -> tuple[Chiffres, list[str]]:
    """Return the figures of a territoire (primary key) and its team's first names."""
    return lire_chiffres_de([territoire])[territoire]


def lire_chiffres_de(territoires: Iterable[int]) -> dict[int, tuple[Chiffres, list[str]]]:
    """Return them for several territoires, as the home of each says them: one query for those not kept."""
    cles = {territoire: _cle("chiffres", territoire) for territoire in territoires}
    gardes = cache.get_many(cles.values())
    a_lire = [territoire for territoire, cle in cles.items() if cle not in gardes]
    lus = chiffres_et_equipes(a_lire) if a_lire else {}  # composing it takes longer than its answer
    cache.set_many({cles[territoire]: lu for territoire, lu in lus.items()}, DUREE)
    return {territoire: gardes.get(cle) or lus[territoire] for territoire, cle in cles.items()}


def lire_annonces(genre: str, territoire: int) -> list[Nouveaute]:
    """Return the newest listings of one of `GENRES`."""
    return _garder(genre, territoire, lambda: [*map(_nouveaute, nouveautes(GENRES[genre], territoire))])


def lire_recherchees(territoire: int) -> list[Recherchee]:
    return _garder("recherchees", territoire, lambda: _recherchees(territoire))


def lire_rendez_vous(territoire: int) -> list[FicheEvenement]:
    return _garder("rendez-vous", territoire, lambda: prochains(territoire, nombre=RENDEZ_VOUS))


def lire_carte(territoire: int) -> dict[str, Any]:
    """What `carte_communaute.js` draws: the newest listings at public positions, already blurred."""
    annonces = [*lire_annonces("savoir-faire", territoire), *lire_annonces("besoins", territoire)]
    return {
        "tuiles": settings.CARTE_TUILES_URL,
        "mention": settings.CARTE_TUILES_MENTION,
        "points": [_point(annonce) for annonce in annonces],
    }


def _garder(bloc: str, territoire: int, lire: Callable[[], T]) -> T:
    lu: Any = cache.get_or_set(_cle(bloc, territoire), lire, DUREE)
    garde: T = lu
    return garde


def _cle(bloc: str, territoire: int) -> str:
    return f"vif:{bloc}:{territoire}"


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


def _nouveaute(fiche: FicheAnnonce) -> Nouveaute:
    annonce = fiche.annonce
    return Nouveaute(
        genre=fiche.genre,
        titre=fiche.titre,
        url=fiche.url,
        texte=masquer_coordonnees(annonce.texte),
        entreprise=annonce.entreprise.nom,
        commune=annonce.commune.nom,
        duree=annonce.duree_minutes,
        lat=round(annonce.position.y, 4),
        lon=round(annonce.position.x, 4),
    )


def _point(annonce: Nouveaute) -> dict[str, Any]:
    return {
        "lat": annonce.lat,
        "lon": annonce.lon,
        "nom": annonce.entreprise,
        "titre": annonce.titre,
        "url": annonce.url,
        "genre": annonce.genre,
    }
