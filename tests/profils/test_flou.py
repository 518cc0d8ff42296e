"""Public positions: always near, never exact, never moving."""

from uuid import UUID

import pytest
from django.contrib.gis.geos import Point
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from profils.flou import DISTANCE_MAX, DISTANCE_MIN, position_publique

# France and its overseas: from Wallis (178° W) to New Caledonia (168° E), 55° S to 52° N.
longitudes = st.floats(-180, 180)
latitudes = st.floats(-55, 55)
cles = st.uuids()

RENNES = Point(-1.678, 48.1173, srid=4326)
ALICE = UUID("11111111-1111-4111-8111-111111111111")
BRUNE = UUID("22222222-2222-4222-8222-222222222222")


def metres(un: Point, autre: Point) -> float:
    return float(geodesic((un.y, un.x), (autre.y, autre.x)).meters)


@given(longitudes, latitudes, cles)
def test_le_point_public_est_toujours_a_300_a_800_metres(lon: float, lat: float, cle: UUID) -> None:
    exact = Point(lon, lat, srid=4326)
    public = position_publique(exact, cle)
    assert DISTANCE_MIN <= metres(exact, public) <= DISTANCE_MAX
    assert -180 <= public.x <= 180
    assert public.srid == 4326


@given(longitudes, latitudes, cles)
def test_le_meme_lieu_donne_toujours_le_meme_point(lon: float, lat: float, cle: UUID) -> None:
    exact = Point(lon, lat, srid=4326)
    assert position_publique(exact, cle).coords == position_publique(exact.clone(), cle).coords


def test_le_bruit_du_geocodeur_ne_deplace_pas_le_decalage() -> None:
    bruite = Point(RENNES.x + 1e-7, RENNES.y - 1e-7, srid=4326)
    assert metres(position_publique(RENNES, ALICE), position_publique(bruite, ALICE)) < 1


@given(st.lists(cles, min_size=2, max_size=8, unique=True))
def test_deux_entreprises_au_meme_endroit_ont_deux_points(toutes: list[UUID]) -> None:
    points = {position_publique(RENNES, cle).coords for cle in toutes}
    assert len(points) == len(toutes)


def test_un_demenagement_ne_repete_pas_le_decalage() -> None:
    """Else whoever knows the new address would deduce the old one."""
    voisin = Point(RENNES.x + 0.01, RENNES.y, srid=4326)
    ici, la = position_publique(RENNES, ALICE), position_publique(voisin, ALICE)
    assert (round(ici.x - RENNES.x, 4), round(ici.y - RENNES.y, 4)) != (
        round(la.x - voisin.x, 4),
        round(la.y - voisin.y, 4),
    )


def test_le_decalage_depend_de_la_cle_du_serveur(settings: Settings) -> None:
    avant = position_publique(RENNES, ALICE)
    settings.CLE_FLOU = "une autre clé"
    assert position_publique(RENNES, ALICE).coords != avant.coords


@pytest.mark.parametrize("cle", [ALICE, BRUNE])
def test_le_point_ne_change_pas_d_une_version_a_l_autre(cle: UUID, settings: Settings) -> None:
    """Changing the formula would move every company: these values are for ever."""
    settings.CLE_FLOU = "clé de test"
    attendus = {ALICE: (-1.67848, 48.1124), BRUNE: (-1.671251, 48.115239)}
    assert position_publique(RENNES, cle).coords == pytest.approx(attendus[cle])
