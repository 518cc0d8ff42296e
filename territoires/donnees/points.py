"""Points on the globe and the distance between two of them, in kilometres."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

RAYON_TERRE_KM = 6371.0088
KM_PAR_DEGRE = 111.195  # of latitude


class Point(NamedTuple):
    """WGS 84 degrees; longitude comes first, as in PostGIS."""

    lon: float
    lat: float


def distance_km(a: Point, b: Point) -> float:
    """Return the great-circle distance (haversine)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    demi_lat, demi_lon = (lat_b - lat_a) / 2, radians(b.lon - a.lon) / 2
    corde = sin(demi_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(demi_lon) ** 2
    return 2 * RAYON_TERRE_KM * asin(sqrt(corde))


def est_metropole(region: str) -> bool:
    """Tell metropolitan regions (11 to 94) from overseas ones (01 to 06, three digits)."""
    return len(region) == 2 and region >= "11"
