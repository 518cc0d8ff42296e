"""Public addresses of the geography: suggestions for the commune field, labels for the map."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.gis.geos import Polygon
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from territoires.models import Commune

REPERES_MAX = 40  # labels that a phone's map can show
JOUR = 60 * 60 * 24  # seconds


@require_safe
@login_not_required
@cache_control(public=True, max_age=JOUR)
def communes(request: HttpRequest) -> HttpResponse:
    """The options that answer `q`, as an HTML fragment; the same for everyone, so it may be cached."""
    trouvees = Commune.objects.proposer(request.GET.get("q", ""))
    return HttpResponse(render_to_string("territoires/_communes.html", {"communes": trouvees}))


@require_safe
@login_not_required
@cache_control(public=True, max_age=JOUR)
def reperes(request: HttpRequest) -> HttpResponse:
    """The biggest communes of `bbox`, to label a map without asking tiles from a third party."""
    try:
        cadre = lire_cadre(request.GET.get("bbox", ""))
    except ValueError:
        return JsonResponse({"erreur": "bbox\u00a0: donnez lon1,lat1,lon2,lat2 en degrés."}, status=400)
    trouvees = Commune.objects.dans_le_cadre(cadre).only("nom", "position", "population")[:REPERES_MAX]
    return JsonResponse(
        {
            "reperes": [
                {"nom": c.nom, "lon": c.position.x, "lat": c.position.y, "population": c.population}
                for c in trouvees
            ]
        }
    )


def lire_cadre(texte: str) -> Polygon:
    """Read « lon1,lat1,lon2,lat2 » (south-west, north-east). Raises ValueError, also on NaN."""
    lon1, lat1, lon2, lat2 = map(float, texte.split(","))
    if not (-180 <= lon1 < lon2 <= 180 and -90 <= lat1 < lat2 <= 90):
        raise ValueError(texte)
    cadre = Polygon.from_bbox((lon1, lat1, lon2, lat2))
    cadre.srid = 4326
    return cadre
