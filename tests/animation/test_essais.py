"""« Et si cette entreprise proposait… », in the console."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.version_arbre import oublier_version
from profils.models import Entreprise, Utilisateur
from tests.matching import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client_de: Any, animatrice: Utilisateur) -> Client:
    client: Client = client_de(animatrice)
    return client


def adresse(entreprise: Entreprise) -> str:
    return reverse("animation:essais", args=[entreprise.uuid])


def lire(client: Client, entreprise: Entreprise, **parametres: Any) -> str:
    reponse = client.get(adresse(entreprise), **parametres)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def test_what_is_lacking_leads_to_what_it_would_change(
    anna: Client, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    besoin = scenes.demander(menuiserie, "site-vitrine", texte="Un site <b>simple</b> pour mes meubles")

    page = lire(anna, boulangerie)
    assert "1 besoin sans réponse en trouverait une" in page
    lien = f"{adresse(boulangerie)}?competence=site-vitrine"
    assert f'href="{lien}#essai"' in page

    page = lire(anna, boulangerie, data={"competence": "site-vitrine"})
    assert "dont 1 que personne ne sait servir aujourd’hui" in page
    assert reverse("matching:besoin", args=[besoin.uuid]) in page
    assert "&lt;b&gt;simple" in page


def test_htmx_gets_the_same_words_without_the_page(
    anna: Client, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    scenes.demander(menuiserie, "site-vitrine")
    parametres = {"data": {"competence": "site-vitrine"}}

    morceau = lire(anna, boulangerie, **parametres, headers={"HX-Request": "true"})

    assert "<html" not in morceau
    assert morceau.strip() in lire(anna, boulangerie, **parametres)


def test_nothing_around_is_said_with_a_way_out(anna: Client, boulangerie: Entreprise) -> None:
    assert "Personne ne demande rien autour" in lire(anna, boulangerie)
    page = lire(anna, boulangerie, data={"competence": "instagram"})
    assert "Aucun besoin autour ne l’attend" in page


@pytest.mark.parametrize("valeur", ["", "n-existe-pas", "<script>", "a" * 500])
def test_an_unknown_competence_is_refused_politely(
    anna: Client, boulangerie: Entreprise, valeur: str
) -> None:
    page = lire(anna, boulangerie, data={"competence": valeur})
    assert "Choisissez un savoir-faire de la liste." in page
    assert "<script>&" not in page


def test_the_listing_leads_there(anna: Client, boulangerie: Entreprise) -> None:
    besoin = scenes.demander(boulangerie, "site-vitrine")
    page = anna.get(reverse("animation:annonce", args=[besoin, besoin.uuid])).content.decode()
    assert adresse(boulangerie) in page


def test_elsewhere_it_does_not_exist(
    client_de: Any, boulangerie: Entreprise, animatrice_44: Utilisateur
) -> None:
    assert client_de(animatrice_44).get(adresse(boulangerie)).status_code == 404


def test_the_page_costs_the_same_for_two_besoins_and_for_twelve(
    anna: Client, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    def requetes() -> int:
        oublier_version()  # read again every five seconds: counted each time, or never
        with CaptureQueriesContext(connection) as lues:
            lire(anna, boulangerie, data={"competence": "site-vitrine"})
        return len(lues)

    for _ in range(2):
        scenes.demander(scenes.voisine(), "site-vitrine")
    peu = requetes()
    for _ in range(10):
        scenes.demander(scenes.voisine(), "site-vitrine")
    assert requetes() == peu
