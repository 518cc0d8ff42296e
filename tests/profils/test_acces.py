"""The gate of companies: who acts for which."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from profils.acces import RequeteEntreprise, avec_entreprise, entreprise_de
from profils.models import Entreprise, Utilisateur
from tests import fabriques

pytestmark = pytest.mark.django_db


@avec_entreprise
def vue(request: RequeteEntreprise, mot: str) -> HttpResponse:
    return HttpResponse(f"{mot} {request.entreprise}")


def requete_de(utilisateur: Utilisateur | AnonymousUser) -> HttpRequest:
    requete = RequestFactory().get("/")
    requete.user = utilisateur
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
