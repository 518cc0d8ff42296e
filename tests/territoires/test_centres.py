"""`rendre_exactes`: the official centres, from a service that may fail."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from territoires.models import Commune, SourceChargee
from territoires.services import ApiInjoignable, departements_a_placer, lire_centres
from tests.territoires.conftest import Service


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


COMMUNES = [
    {"code": "35238", "centre": point(-1.68, 48.11), "mairie": point(-1.6801, 48.1113)},
    {"code": "35288", "centre": point(-1.98, 48.64)},
    {"code": "35999", "nom": "Sans centre"},
]


@pytest.fixture(autouse=True)
def sans_attendre(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("territoires.services.centres.time.sleep", pauses.append)
    return pauses


@pytest.fixture
def api(service: Service, settings: Any) -> Service:
    settings.API_COMMUNES = f"http://{service.adresse}"
    service.repondre(COMMUNES)
    return service


def test_la_mairie_est_preferee_au_centre(api: Service) -> None:
    assert lire_centres("35") == {"35238": (-1.6801, 48.1113), "35288": (-1.98, 48.64)}
    assert api.chemins == ["/communes"]
    assert api.questions[0]["codeDepartement"] == "35"
    assert "arrondissement-municipal" in api.questions[0]["type"]


@pytest.mark.parametrize(
    ("statut", "corps"),
    [(500, b"[]"), (404, b"{}"), (200, b"<html>"), (200, b'{"message": "maintenance"}'), (200, b"[1]"),
     (200, b'[{"code": "35238", "centre": {"coordinates": [null, 1]}}]'),
     (200, b'[{"code": "35238", "centre": {"coordinates": [500, 1]}}]')],
)  # fmt: skip
def test_une_reponse_impossible_est_redemandee_puis_refusee(
    api: Service, sans_attendre: list[float], statut: int, corps: bytes
) -> None:
    api.statut, api.corps = statut, corps
    with pytest.raises(ApiInjoignable):
        lire_centres("35")
    assert len(api.chemins) == 3
    assert sans_attendre == [2.0, 4.0]


def test_la_commande_place_tous_les_departements(db: None, api: Service, capsys: Any) -> None:
    call_command("rendre_exactes")
    assert [question["codeDepartement"] for question in api.questions] == ["35", "44", "78", "92"]
    assert Commune.objects.get(code="35238").position.x == -1.6801
    assert "1/4 Ille-et-Vilaine (35)\u00a0: 2 communes placées." in capsys.readouterr().out
    assert departements_a_placer() == []


def test_la_commande_reprend_ou_elle_s_est_arretee(db: None, api: Service) -> None:
    SourceChargee.objects.create(nom="centres-35")
    Commune.objects.filter(code="44036").update(est_exacte=False)
    SourceChargee.objects.create(nom="centres-44")
    call_command("rendre_exactes")
    assert [question["codeDepartement"] for question in api.questions] == ["44", "78", "92"]
    call_command("rendre_exactes", "--tout")
    assert [question["codeDepartement"] for question in api.questions[3:]] == ["35", "44", "78", "92"]


def test_sans_reseau_la_commande_le_dit_en_une_phrase(db: None, settings: Any) -> None:
    settings.API_COMMUNES = "http://127.0.0.1:9"  # nobody listens
    with pytest.raises(CommandError) as refus:
        call_command("rendre_exactes")
    assert refus.value.returncode == 1
    assert str(refus.value).startswith("Le service geo.api.gouv.fr ne répond pas")
    assert not SourceChargee.objects.exists()
