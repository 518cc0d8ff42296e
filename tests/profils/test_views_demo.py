"""Demonstration accounts: one click in demonstration mode, nothing anywhere else."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from profils.models import Utilisateur
from tests import fabriques

pytestmark = pytest.mark.django_db
COMPTES = "/demo/"
ENTRER = "/demo/entrer/"


def creer_compte(prenom: str, **champs: Any) -> Utilisateur:
    return Utilisateur.objects.create_user(f"{prenom.lower()}@demo.example", first_name=prenom, **champs)


@pytest.fixture
def claire() -> Utilisateur:
    claire = creer_compte("Claire")
    fabriques.creer_entreprise("Fournil <b>de</b> Claire", membre=claire)
    return claire


@pytest.fixture(autouse=True)
def en_demo(settings: Settings) -> None:
    settings.DEMO = True


def test_on_entre_en_un_clic(client: Client, claire: Utilisateur) -> None:
    page = client.get(COMPTES).content.decode()
    assert "Entrer comme Claire" in page
    assert "Fournil &lt;b&gt;de&lt;/b&gt; Claire" in page
    reponse = client.post(ENTRER, {"email": claire.email})
    assert reponse.headers["Location"] == "/espace/"
    assert client.session["_auth_user_id"] == str(claire.pk)


def test_hors_demonstration_le_bouton_n_existe_pas(
    client: Client, claire: Utilisateur, settings: Settings
) -> None:
    settings.DEMO = False
    assert client.get(COMPTES).status_code == 404
    assert client.post(ENTRER, {"email": claire.email}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("email", ["alice@exemple.fr", "", "%@demo.example", "alice@demo.example.fr"])
def test_un_vrai_compte_ne_s_ouvre_pas_d_un_clic(client: Client, boulangere: Utilisateur, email: str) -> None:
    assert client.post(ENTRER, {"email": email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_un_compte_ferme_ne_s_ouvre_pas(client: Client) -> None:
    ferme = creer_compte("Fermée", is_active=False)
    assert client.post(ENTRER, {"email": ferme.email}).status_code == 404


def test_on_n_entre_pas_par_un_lien(client: Client, claire: Utilisateur) -> None:
    assert client.get(ENTRER, {"email": claire.email}).status_code == 405


def test_les_roles_viennent_d_abord_et_les_vrais_comptes_jamais(
    client: Client, claire: Utilisateur, boulangere: Utilisateur
) -> None:
    fabriques.nommer_animateur(creer_compte("Anna"), "35")
    creer_compte("Rosa", est_referent=True)
    page = client.get(COMPTES).content.decode()
    assert page.index("Rosa") < page.index("Anna") < page.index("Claire")
    assert "Référent·e national·e" in page
    assert "Ille-et-Vilaine" in page
    assert boulangere.email not in page


@pytest.mark.parametrize("q", ["claire", "FOURNIL"])
def test_on_cherche_une_personne_ou_une_entreprise(client: Client, claire: Utilisateur, q: str) -> None:
    creer_compte("Damien")
    page = client.get(COMPTES, {"q": q}).content.decode()
    assert "Entrer comme Claire" in page
    assert "Damien" not in page


def test_une_recherche_vaine_ramene_a_tous_les_comptes(client: Client, claire: Utilisateur) -> None:
    page = client.get(COMPTES, {"q": "<script>"}).content.decode()
    assert "Voir tous les comptes" in page
    assert "<script>&" not in page


def test_la_liste_coute_autant_pour_douze_comptes_que_pour_deux(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(2):
        fabriques.creer_entreprise(f"Entreprise {n}", membre=creer_compte(f"Compte{n}"))
    with django_assert_num_queries(4):  # accounts, roles, companies and their communes
        client.get(COMPTES)
    for n in range(2, 12):
        fabriques.creer_entreprise(f"Entreprise {n}", membre=creer_compte(f"Compte{n}"))
    with django_assert_num_queries(4):
        client.get(COMPTES)
