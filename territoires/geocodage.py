"""Geocoding port: where an address is, by the Base Adresse Nationale, or else its commune's centre.

The service is free and public but not ours: it may be slow, down, or wrong. Whatever it does,
`localiser` answers in two seconds with a point that is in or near the commune.
"""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from geopy.adapters import URLLibAdapter
from geopy.distance import great_circle
from geopy.exc import GeocoderQueryError, GeopyError
from geopy.geocoders import BANFrance
from geopy.location import Location

from echange.socle.textes import cle_de_nom
from territoires.disjoncteur import Disjoncteur
from territoires.models import Commune

DELAI = 2.0  # seconds, for the whole call
ECART_MAX = 30.0  # km from the commune's centre, itself up to 19 km wrong where it is interpolated
# 0 to 1, the service's own confidence. Les emplois de l'inclusion trusted 0.4 to 0.6; ours is also
# checked by commune and by distance.
SCORE_MIN = 0.5
TYPES = frozenset({"housenumber", "street", "locality"})  # « municipality » is no better than our centre
LONGUEUR_MAX = 200  # characters, the service's own limit

journal = logging.getLogger(__name__)
disjoncteur = Disjoncteur()
_fils = ThreadPoolExecutor(max_workers=4, thread_name_prefix="geocodage")


@dataclass(frozen=True, slots=True)
class Lieu:
    """A point (longitude, latitude, WGS 84); `est_localisee` unless it is only the commune's centre."""

    point: Point
    est_localisee: bool


@dataclass(frozen=True, slots=True)
class _Question:
    texte: str
    communes: frozenset[str]
    centre: tuple[float, float]  # latitude, longitude: geopy's order


def localiser(adresse: str, commune: Commune) -> Lieu:
    """Return where `adresse` is in `commune`, or the commune's centre when that cannot be known.

    Never raises for a fault of the service. Must not be called inside a transaction (RuntimeError): a
    network call would keep locks for as long as it lasts.
    """
    centre = Lieu(commune.position, est_localisee=False)
    if not settings.GEOCODAGE_ACTIF or not re.search(r"\w", adresse):
        return centre
    question = _formuler(adresse, commune)
    if not disjoncteur.laisse_passer():
        return centre
    point = _meilleur_point(_demander(question), question)
    return Lieu(point, est_localisee=True) if point else centre


@transaction.atomic(durable=True)  # durable: refuses to run inside another transaction
def _formuler(adresse: str, commune: Commune) -> _Question:
    """Complete the address with what it does not say: the town, and its postal code when it has but one."""
    ville = commune.parente or commune
    codes_postaux = [code.code for code in commune.codes_postaux.all()[:2]]
    texte = re.sub(r"^\W+", "", " ".join(adresse.split()))  # the service refuses another first sign
    if len(codes_postaux) == 1 and codes_postaux[0] not in texte:
        texte += f" {codes_postaux[0]}"
    if cle_de_nom(ville.nom) not in cle_de_nom(adresse):
        texte += f" {ville.nom}"
    arrondissements = commune.arrondissements.values_list("code", flat=True)
    return _Question(
        texte[:LONGUEUR_MAX],
        frozenset({commune.code, *(arrondissements if commune.a_arrondissements else ())}),
        (commune.position.y, commune.position.x),
    )


def _demander(question: _Question) -> list[Location]:
    """Ask the service; a fault counts for the breaker and gives no result."""
    geocodeur = _geocodeur(settings.GEOCODAGE_DOMAINE, settings.GEOCODAGE_PROTOCOLE)
    # urllib's timeout is per read and does not cover name resolution: the thread bounds the whole call.
    reponse = _fils.submit(geocodeur.geocode, question.texte, exactly_one=False, limit=5)
    try:
        lieux = reponse.result(timeout=DELAI)
    except GeocoderQueryError:  # it answers, only not to this text
        lieux = None
    except (GeopyError, OSError, LookupError, AttributeError, TypeError, ValueError) as erreur:
        reponse.cancel()
        disjoncteur.noter_echec()
        journal.warning("Geocoding failed (%s): the commune's centre is used.", type(erreur).__name__)
        return []
    disjoncteur.noter_succes()
    return lieux or []


@cache
def _geocodeur(domaine: str, protocole: str) -> Any:
    """`domaine` may carry a path: `data.geopf.fr/geocodage` (today), `api-adresse.data.gouv.fr` (until 2026).

    `URLLibAdapter` on purpose: geopy's default, when requests is installed, tries three times.
    """
    return BANFrance(
        domain=domaine,
        scheme=protocole,
        timeout=DELAI,
        user_agent=f"echange ({settings.ADRESSE_DU_SITE})",
        adapter_factory=URLLibAdapter,
    )


def _meilleur_point(lieux: list[Location], question: _Question) -> Point | None:
    """Return the first result that is sure, precise, and in that commune."""
    for lieu in lieux:
        proprietes = lieu.raw.get("properties") or {}
        if (
            proprietes.get("type") in TYPES
            and float(proprietes.get("score") or 0) >= SCORE_MIN
            and proprietes.get("citycode") in question.communes
            and great_circle(question.centre, (lieu.latitude, lieu.longitude)).km <= ECART_MAX
        ):
            return Point(lieu.longitude, lieu.latitude, srid=4326)
    return None
