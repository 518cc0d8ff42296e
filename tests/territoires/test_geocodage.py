"""Geocoding: whatever the service does, a point in or near the commune within two seconds."""

import time
from typing import Any

import pytest
from django.db import transaction

from territoires import geocodage
from territoires.disjoncteur import Disjoncteur
from territoires.geocodage import localiser
from territoires.models import CodePostal, Commune
from tests.territoires.conftest import Service


def adresse_trouvee(**proprietes: Any) -> dict[str, Any]:
    lieu = proprietes.pop("lieu", [-1.6794, 48.1107])
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": lieu},
        "properties": {"label": "1 Rue Saint-Malo 35000 Rennes", "score": 0.96, "type": "housenumber"}
        | {"citycode": "35238"}
        | proprietes,
    }


def reponse(*lieux: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(lieux)}


@pytest.fixture
def ban(service: Service, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The Base Adresse Nationale, under a path as on the Géoplateforme."""
    settings.GEOCODAGE_ACTIF = True
    settings.GEOCODAGE_PROTOCOLE = "http"
    settings.GEOCODAGE_DOMAINE = f"{service.adresse}/geocodage"
    monkeypatch.setattr(geocodage, "disjoncteur", Disjoncteur())
    service.repondre(reponse(adresse_trouvee()))
    return service


def est_au_centre(lieu: geocodage.Lieu, commune: Commune) -> bool:
    return not lieu.est_localisee and lieu.point.equals(commune.position)


def test_une_adresse_trouvee_donne_son_point(ban: Service, rennes: Commune) -> None:
    lieu = localiser("1 rue Saint-Malo", rennes)
    assert (lieu.point.x, lieu.point.y, lieu.point.srid, lieu.est_localisee) == (-1.6794, 48.1107, 4326, True)
    assert ban.chemins == ["/geocodage/search"]
    assert ban.questions == [{"q": "1 rue Saint-Malo Rennes", "limit": "5"}]


def test_l_ancien_domaine_sans_chemin_va_aussi(ban: Service, rennes: Commune, settings: Any) -> None:
    settings.GEOCODAGE_DOMAINE = ban.adresse
    assert localiser("1 rue Saint-Malo", rennes).est_localisee
    assert ban.chemins == ["/search"]


@pytest.mark.parametrize(
    ("commune", "adresse", "question"),
    [
        ("35360", "3 rue de Paris", "3 rue de Paris 35500 Vitré"),
        ("35360", "3 rue de Paris, 35500 Vitre", "3 rue de Paris, 35500 Vitre"),
        ("35360", "« 3 rue\n de Paris »", "3 rue de Paris » 35500 Vitré"),
    ],
)
def test_la_question_est_completee_sans_redite(
    ban: Service, db: None, commune: str, adresse: str, question: str
) -> None:
    localiser(adresse, Commune.objects.get(code=commune))
    assert ban.questions[0]["q"] == question


def test_la_question_reste_sous_la_limite_du_service(ban: Service, rennes: Commune) -> None:
    localiser("rue " * 3000, rennes)
    assert len(ban.questions[0]["q"]) <= 200


def test_un_arrondissement_est_demande_sous_le_nom_de_sa_ville(ban: Service, db: None) -> None:
    rennes = Commune.objects.get(code="35238")
    arrondissement = Commune.objects.get(code="35238")
    arrondissement.code, arrondissement.nom, arrondissement.parente = (
        "35901",
        "Rennes 1er Arrondissement",
        rennes,
    )
    arrondissement.save(force_insert=True)
    CodePostal.objects.create(code="35901", commune=arrondissement)
    Commune.objects.filter(code="35238").update(a_arrondissements=True)
    ban.repondre(reponse(adresse_trouvee(citycode="35901")))
    assert localiser("5 quai Duguay", arrondissement).est_localisee
    assert ban.questions[0]["q"] == "5 quai Duguay 35901 Rennes"
    assert localiser("5 quai Duguay", Commune.objects.get(code="35238")).est_localisee


@pytest.mark.parametrize(
    "lieu",
    [
        adresse_trouvee(score=0.2),
        adresse_trouvee(score=None),
        adresse_trouvee(citycode="44109"),
        adresse_trouvee(citycode=None),
        adresse_trouvee(type="municipality"),
        adresse_trouvee(lieu=[2.35, 48.85]),
        adresse_trouvee(lieu=[48.1107, -1.6794]),
    ],
    ids=["peu sûre", "sans note", "autre commune", "sans commune", "commune entière", "loin", "inversée"],
)
def test_une_reponse_douteuse_laisse_au_centre(ban: Service, rennes: Commune, lieu: dict[str, Any]) -> None:
    ban.repondre(reponse(lieu))
    assert est_au_centre(localiser("1 rue Saint-Malo", rennes), rennes)


def test_la_premiere_reponse_sure_est_prise(ban: Service, rennes: Commune) -> None:
    ban.repondre(reponse(adresse_trouvee(citycode="35288"), adresse_trouvee(lieu=[-1.7, 48.1])))
    assert localiser("1 rue Saint-Malo", rennes).point.x == -1.7


@pytest.mark.parametrize(
    ("statut", "corps"),
    [
        (500, b"{}"),
        (503, b""),
        (429, b"{}"),
        (200, b"<html>oups</html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, b'{"features": []}'),
        (200, b'{"features": [{"geometry": null}]}'),
        (200, b'{"features": [{"geometry": {"coordinates": []}}]}'),
        (200, b'{"features": [{"geometry": {"coordinates": [NaN, NaN]}, "properties": {}}]}'),
        (200, b'{"features": [{"geometry": {"coordinates": [-1.67, 48.11]}, "properties": {"score": "x"}}]}'),
        (200, b'{"features": "rien"}'),
        (400, b"{}"),
    ],
)
def test_une_panne_laisse_au_centre(ban: Service, rennes: Commune, statut: int, corps: bytes) -> None:
    ban.statut, ban.corps = statut, corps
    assert est_au_centre(localiser("1 rue Saint-Malo", rennes), rennes)


def test_un_service_lent_n_est_pas_attendu(
    ban: Service, rennes: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geocodage, "DELAI", 0.1)
    ban.attente = 5
    debut = time.monotonic()
    assert est_au_centre(localiser("1 rue Saint-Malo", rennes), rennes)
    assert time.monotonic() - debut < 2


def test_apres_trois_pannes_on_ne_demande_plus(ban: Service, rennes: Commune) -> None:
    ban.statut = 500
    for _ in range(5):
        assert est_au_centre(localiser("1 rue Saint-Malo", rennes), rennes)
    assert len(ban.chemins) == 3


def test_une_question_refusee_n_est_pas_une_panne(ban: Service, rennes: Commune) -> None:
    ban.statut = 400
    for _ in range(5):
        localiser("1 rue Saint-Malo", rennes)
    assert len(ban.chemins) == 5


@pytest.mark.parametrize("adresse", ["", "   ", "—", "\n"])
def test_sans_adresse_on_ne_demande_rien(ban: Service, rennes: Commune, adresse: str) -> None:
    assert est_au_centre(localiser(adresse, rennes), rennes)
    assert ban.chemins == []


def test_eteint_on_ne_demande_rien(ban: Service, rennes: Commune, settings: Any) -> None:
    settings.GEOCODAGE_ACTIF = False
    assert est_au_centre(localiser("1 rue Saint-Malo", rennes), rennes)
    assert ban.chemins == []


def test_jamais_dans_une_transaction(ban: Service, rennes: Commune) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        localiser("1 rue Saint-Malo", rennes)
    assert ban.chemins == []
