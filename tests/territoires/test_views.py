"""Public addresses: suggestions of communes, labels of the map."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from profils.models import Utilisateur

COMMUNES, REPERES = "/territoires/communes/", "/territoires/reperes.json"
BRETAGNE = "-3,47.9,-1,48.9"


def test_les_adresses_ont_leur_nom() -> None:
    assert reverse("territoires:communes") == COMMUNES
    assert reverse("territoires:reperes") == REPERES


def test_les_communes_sont_des_options(db: None, client: Client) -> None:
    reponse = client.get(COMMUNES, {"q": "st malo"})
    assert reponse.status_code == 200
    html = reponse.content.decode()
    assert html.count('role="option"') == 1
    assert 'data-code="35288"' in html
    assert 'data-texte="Saint-Malo (35)"' in html
    assert "<html" not in html


@pytest.mark.parametrize("q", ["", "x", "<script>", "\x00", "é" * 10_000, "%' OR 1=1"])
def test_une_recherche_vaine_donne_une_liste_vide(db: None, client: Client, q: str) -> None:
    reponse = client.get(COMMUNES, {"q": q})
    assert reponse.status_code == 200
    assert b"option" not in reponse.content


def test_les_reperes_sont_les_communes_du_cadre(db: None, client: Client) -> None:
    reponse = client.get(REPERES, {"bbox": BRETAGNE})
    reperes = reponse.json()["reperes"]
    assert [repere["nom"] for repere in reperes] == ["Rennes", "Saint-Malo", "Vitré", "Cesson-Sévigné"]
    assert reperes[0] == {"nom": "Rennes", "lon": -1.678, "lat": 48.1173, "population": 225_081}


def test_le_monde_entier_est_un_cadre(db: None, client: Client) -> None:
    assert len(client.get(REPERES, {"bbox": "-180,-90,180,90"}).json()["reperes"]) == 8


def test_au_plus_quarante_reperes(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("territoires.views.REPERES_MAX", 3)
    assert len(client.get(REPERES, {"bbox": "-180,-90,180,90"}).json()["reperes"]) == 3


@pytest.mark.parametrize(
    "bbox",
    ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,1,2,3", "-inf,1,2,3", "3,1,2,4", "1,5,2,4", "1,1,1,1",
     "-181,0,0,1", "0,0,1,91"],
)  # fmt: skip
def test_un_cadre_impossible_est_refuse(db: None, client: Client, bbox: str) -> None:
    reponse = client.get(REPERES, {"bbox": bbox})
    assert reponse.status_code == 400
    assert "lon1,lat1,lon2,lat2" in reponse.json()["erreur"]


@pytest.mark.parametrize("adresse", [f"{COMMUNES}?q=vitr", f"{REPERES}?bbox={BRETAGNE}"])
def test_public_en_lecture_seule_et_gardable_en_memoire(db: None, client: Client, adresse: str) -> None:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert reponse["Cache-Control"] == "public, max-age=86400"
    assert not reponse.cookies
    assert client.head(adresse).status_code == 200
    assert client.post(adresse).status_code == 405


def test_la_reponse_est_la_meme_pour_tous(client: Client, client_de: Any, animatrice: Utilisateur) -> None:
    for adresse in (f"{COMMUNES}?q=vitr", f"{REPERES}?bbox={BRETAGNE}"):
        assert client.get(adresse).content == client_de(animatrice).get(adresse).content


@pytest.mark.parametrize(("adresse", "requetes"), [(f"{COMMUNES}?q=e", 1), (f"{REPERES}?bbox={BRETAGNE}", 1)])
def test_une_seule_requete(
    db: None, client: Client, django_assert_num_queries: Any, adresse: str, requetes: int
) -> None:
    with django_assert_num_queries(requetes):
        client.get(adresse)
