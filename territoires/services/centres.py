"""Exact centres of the communes, from the official API (geo.api.gouv.fr), one département at a time."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from echange.socle.erreurs import ErreurMetier
from territoires.models import Commune, Departement, SourceChargee

DELAI = 20.0  # seconds, per request: the biggest département has 890 communes
ESSAIS = 3
PAUSE = 2.0  # seconds before the second try, twice as long before the third

Centre = tuple[float, float]  # longitude, latitude


class ApiInjoignable(ErreurMetier):
    """The official API does not answer, or not what it documents."""

    message = (
        "Le service geo.api.gouv.fr ne répond pas\u00a0: vérifiez la connexion à internet, puis relancez."
    )


def departements_a_placer() -> list[Departement]:
    """Départements never asked for, or with a commune that appeared since and is approximate."""
    faits = SourceChargee.objects.filter(nom__startswith="centres-").values_list("nom", flat=True)
    codes = [nom.removeprefix("centres-") for nom in faits]
    approximatives = Commune.objects.filter(departement=OuterRef("pk"), est_exacte=False)
    return list(Departement.objects.filter(~Q(code__in=codes) | Exists(approximatives)).order_by("code"))


def lire_centres(departement: str) -> dict[str, Centre]:
    """Ask the API for the centres of a département's communes. Network: never inside a transaction.

    The town hall is preferred to the geometric centre, which may be in a forest. Raises `ApiInjoignable`.
    """
    parametres = {
        "codeDepartement": departement,
        "type": "commune-actuelle,arrondissement-municipal",
        "fields": "code,centre,mairie",
        "format": "json",
    }
    url = f"{settings.API_COMMUNES}/communes?{urllib.parse.urlencode(parametres)}"
    for essai in range(ESSAIS):
        try:
            with urllib.request.urlopen(url, timeout=DELAI) as reponse:  # noqa: S310  a setting's address
                return _centres(json.load(reponse))
        except (OSError, AttributeError, LookupError, TypeError, ValueError) as erreur:
            if essai == ESSAIS - 1:
                raise ApiInjoignable from erreur
            time.sleep(PAUSE * 2**essai)
    raise AssertionError  # the last try returned or raised


def _centres(communes: list[dict[str, dict[str, list[float]]]]) -> dict[str, Centre]:
    centres = {}
    for commune in communes:
        point = commune.get("mairie") or commune.get("centre")
        if point:
            lon, lat = map(float, point["coordinates"])
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise ValueError(f"{commune['code']}: {lon}, {lat}")
            centres[str(commune["code"])] = (lon, lat)
    return centres


@transaction.atomic
def placer_communes(*, departement: str, centres: Mapping[str, Centre]) -> int:
    """Put the communes of a département at these centres, for good; return how many were known."""
    communes = list(
        Commune.objects.filter(departement=departement, code__in=centres).order_by("code").select_for_update()
    )
    for commune in communes:
        commune.position, commune.est_exacte = Point(*centres[commune.code], srid=4326), True
    Commune.objects.bulk_update(communes, ["position", "est_exacte"], batch_size=500)
    SourceChargee.objects.update_or_create(nom=f"centres-{departement}")
    return len(communes)
