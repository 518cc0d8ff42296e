"""Public positions: where a company is drawn without saying where it is.

Every company is shown 300 to 800 m from its own position, in a direction that only the server's key
(`CLE_FLOU`) can compute. The offset depends on the company *and* on its exact position: the same company
at the same place is always drawn at the same point (a fresh random one at each visit would average out
to the truth), and a move does not repeat the old offset (which would give it away to whoever knows one
of the two addresses). A company placed at its commune's centre is moved in the same way: the centre is no
secret, but two companies of one village must not sit on one point of the map.
"""

import hmac
from hashlib import sha256
from math import sqrt
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Point
from geopy.distance import geodesic

DISTANCE_MIN = 300  # metres
DISTANCE_MAX = 800
_MARGE = 0.5  # metres: more than the rounding of coordinates, so that the bounds hold for what is stored
_DECIMALES_EXACTES = 5  # about 1 m: the noise of a geocoder must not move the public point
_DECIMALES_PUBLIQUES = 6


def position_publique(point: Point, cle: UUID) -> Point:
    """Return the blurred position of the company `cle` whose exact one is `point` (both WGS 84)."""
    message = f"{cle}|{point.y:.{_DECIMALES_EXACTES}f}|{point.x:.{_DECIMALES_EXACTES}f}"
    empreinte = hmac.digest(settings.CLE_FLOU.encode(), message.encode(), sha256)
    direction = _fraction(empreinte[:8]) * 360
    lieu = geodesic(meters=_distance(_fraction(empreinte[8:16]))).destination((point.y, point.x), direction)
    return Point(
        round(lieu.longitude, _DECIMALES_PUBLIQUES), round(lieu.latitude, _DECIMALES_PUBLIQUES), srid=4326
    )


def _fraction(octets: bytes) -> float:
    """Return a number of [0, 1[ spread evenly."""
    return int.from_bytes(octets) / float(1 << 8 * len(octets))


def _distance(fraction: float) -> float:
    """Return metres such that the points fill the ring evenly, without crowding its inner edge."""
    proche, loin = DISTANCE_MIN + _MARGE, DISTANCE_MAX - _MARGE
    return sqrt(proche**2 + fraction * (loin**2 - proche**2))
