"""The gate of companies: who acts for which."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from matching.models import StatutEchange
from profils.acces import RequeteEntreprise, avec_entreprise, entreprise_de
from profils.models import Entreprise, Utilisateur
from tests import fabriques
from tests.messagerie.aides import converser

pytestmark = pytest.mark.django_db


@avec_entreprise
def vue(request: RequeteEntreprise, mot: str) -> HttpResponse:
    return HttpResponse(f"{mot} {request.entreprise}")


def requete_de(utilisateur: Utilisateur | AnonymousUser) -> HttpRequest:
    requete = RequestFactory().get("/")
    requete.user = utilisateur
    requete.session = SessionBase()
    return requete


def test_la_vue_recoit_l_entreprise_de_la_membre(boulangere: Utilisateur, boulangerie: Entreprise) -> None:
    reponse = vue(requete_de(boulangere), "Bonjour")
    assert isinstance(reponse, HttpResponse)
    assert reponse.content.decode() == "Bonjour Boulangerie du Marché"


@pytest.mark.parametrize("qui", ["animatrice", "referente"])
def test_sans_entreprise_on_est_mene_a_l_inscription(qui: str, request: pytest.FixtureRequest) -> None:
    reponse = vue(requete_de(request.getfixturevalue(qui)), mot="Bonjour")
    assert reponse.headers["Location"] == "/espace/entreprise/inscrire/"


def test_une_anonyme_n_a_pas_d_entreprise() -> None:
    assert entreprise_de(requete_de(AnonymousUser())) is None


def test_la_premiere_entreprise_rejointe_est_la_bonne(
    boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    fabriques.creer_entreprise("A rejointe ensuite", membre=boulangere)
    assert entreprise_de(requete_de(boulangere)) == boulangerie


def test_l_entreprise_ne_se_lit_qu_une_fois_par_requete(
    boulangere: Utilisateur, boulangerie: Entreprise, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    requete = requete_de(boulangere)
    with django_assert_num_queries(1):
        for _ in range(3):
            entreprise = entreprise_de(requete)
            assert entreprise
            assert entreprise.commune.territoire
            assert entreprise.secteur


# ---- Several companies


@pytest.fixture
def crepes(boulangere: Utilisateur, boulangerie: Entreprise) -> Entreprise:
    """Joined after la boulangerie."""
    return fabriques.creer_entreprise("Crêpes du Port", membre=boulangere)


def choisir(client: Client, uuid: object) -> Any:
    return client.post(reverse("profils:entreprises"), {"entreprise": uuid}, follow=True)


def test_on_choisit_pour_qui_on_agit(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, crepes: Entreprise
) -> None:
    client = client_de(boulangere)
    page = client.get(reverse("profils:entreprises")).text
    assert "Vous agissez pour <strong>Boulangerie du Marché</strong>" in page
    assert "Changer d’entreprise" in page
    assert page.index("Boulangerie du Marché") < page.index("Crêpes du Port")
    assert "Vous agissez maintenant pour Crêpes du Port." in choisir(client, crepes.uuid).text
    assert 'value="Crêpes du Port"' in client.get(reverse("profils:entreprise")).text
    choisir(client, boulangerie.uuid)
    assert 'value="Boulangerie du Marché"' in client.get(reverse("profils:entreprise")).text


@pytest.mark.parametrize("uuid", ["", "pas un uuid", "menuiserie", "\0"])
def test_on_ne_choisit_que_parmi_les_siennes(
    client_de: Any, boulangere: Utilisateur, crepes: Entreprise, menuiserie: Entreprise, uuid: str
) -> None:
    client = client_de(boulangere)
    assert choisir(client, menuiserie.uuid if uuid == "menuiserie" else uuid).status_code == 404
    assert 'value="Boulangerie du Marché"' in client.get(reverse("profils:entreprise")).text


def test_choisir_coute_autant_pour_douze_que_pour_deux(
    client_de: Any, boulangere: Utilisateur, crepes: Entreprise
) -> None:
    client = client_de(boulangere)
    client.get(reverse("profils:entreprises"))
    with CaptureQueriesContext(connection) as pour_deux:
        client.get(reverse("profils:entreprises"))
    for rang in range(10):
        fabriques.creer_entreprise(f"Cliente {rang}", membre=boulangere)
    with CaptureQueriesContext(connection) as pour_douze:
        assert "Cliente 9" in client.get(reverse("profils:entreprises")).text
    assert len(pour_douze) == len(pour_deux)


def test_qui_n_agit_plus_pour_celle_qu_elle_a_choisie_agit_pour_l_autre(
    client_de: Any, boulangere: Utilisateur, crepes: Entreprise
) -> None:
    client = client_de(boulangere)
    choisir(client, crepes.uuid)
    crepes.membres.all().delete()
    page = client.get(reverse("profils:entreprise")).text
    assert 'value="Boulangerie du Marché"' in page
    assert "Vous agissez pour" not in page  # one company: nothing to choose


def test_le_lien_d_un_courriel_mene_chez_celle_qu_il_concerne(
    client_de: Any, boulangere: Utilisateur, crepes: Entreprise, menuiserie: Entreprise
) -> None:
    client = client_de(boulangere)
    adresse = reverse("matching:echange", args=[converser(crepes, menuiserie).echange.uuid])
    reponse = client.get(adresse, follow=True)
    assert reponse.redirect_chain == [(adresse, 302)]
    assert "Vous agissez maintenant pour Crêpes du Port." in reponse.text
    assert client.session["entreprise"] == str(crepes.uuid)


def test_ce_qui_n_est_a_aucune_des_siennes_n_existe_pas(
    client_de: Any,
    boulangere: Utilisateur,
    crepes: Entreprise,
    menuiserie: Entreprise,
    fleuristerie: Entreprise,
) -> None:
    client = client_de(boulangere)
    adresse = reverse("matching:echange", args=[converser(fleuristerie, menuiserie).echange.uuid])
    assert client.get(adresse).status_code == 404
    assert "entreprise" not in client.session


def test_un_formulaire_ne_change_pas_d_entreprise(
    client_de: Any, boulangere: Utilisateur, crepes: Entreprise, menuiserie: Entreprise
) -> None:
    client = client_de(boulangere)
    echange = converser(crepes, menuiserie).echange
    assert client.post(reverse("matching:annuler", args=[echange.uuid])).status_code == 404
    echange.refresh_from_db()
    assert echange.statut == StatutEchange.EN_COURS
