"""What a visitor reads: the home, the communities, one community."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from animation.models import AccueilTerritoire, RubriqueRessources
from animation.models.fiches import SORTES
from animation.services.rubriques import DU_SITE, DU_TERRITOIRE
from echange.socle.templatetags.composants import PAGES
from matching.models import StatutAnnonce
from profils.models import Entreprise, Utilisateur
from tests import fabriques

pytestmark = pytest.mark.django_db

REQUETES_MAX = 12
POUR_SES_MENUS = 5  # signed in: the session, herself, her company, what is unread, whether she animates
ILLE_ET_VILAINE = "/communautes/ille-et-vilaine/"


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def compter(client: Client, adresse: str) -> int:
    with CaptureQueriesContext(connection) as requetes:
        lire(client, adresse)
    return len(requetes)


def test_a_visitor_searches_from_the_home(client: Client, pages: dict[str, AccueilTerritoire]) -> None:
    page = lire(client, "/")

    assert f'action="{reverse("matching:recherche")}"' in page
    assert 'name="texte"' in page
    assert 'name="commune"' in page
    assert "csrfmiddlewaretoken" not in page


def test_the_home_leads_to_the_four_communities_and_to_sign_up(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    page = lire(client, "/")

    for communaute in pages.values():
        assert f'href="{communaute.get_url()}"' in page
    assert reverse("account_signup") in page


def test_someone_signed_in_is_not_asked_to_sign_up(
    pages: dict[str, AccueilTerritoire], boulangere: Utilisateur, client_de: Any
) -> None:
    page = lire(client_de(boulangere), "/")

    assert "Inscrire mon entreprise" not in page
    assert reverse("profils:accueil") in page


def test_the_list_of_communities_gives_their_figures(
    client: Client, pages: dict[str, AccueilTerritoire], boulangerie: Entreprise
) -> None:
    fabriques.creer_besoin(boulangerie, "photos-produits")

    page = lire(client, "/communautes/")

    assert "1 entreprise · 1 besoin · 0 savoir-faire" in page
    assert page.count("Les premières inscriptions sont ouvertes") == 3


def test_a_closed_community_is_neither_listed_nor_on_the_home(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    territoire = pages["yvelines"].territoire
    territoire.est_ouvert = False
    territoire.save()

    assert "Yvelines" not in lire(client, "/")
    assert "Yvelines" not in lire(client, "/communautes/")


def test_without_any_community_the_list_still_leads_somewhere(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    AccueilTerritoire.objects.update(live=False)

    assert "Aucune communauté n’est encore ouverte" in lire(client, "/communautes/")
    assert lire(client, "/")


def test_a_community_shows_its_newest_listings_and_those_who_animate_it(
    client: Client,
    pages: dict[str, AccueilTerritoire],
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    animatrice: Utilisateur,
) -> None:
    besoin = fabriques.creer_besoin(boulangerie, "photos-produits")
    savoir_faire = fabriques.creer_savoir_faire(menuiserie, "vitrine-boutique")

    page = lire(client, ILLE_ET_VILAINE)

    assert reverse("matching:besoin", args=[besoin.uuid]) in page
    assert reverse("matching:savoir_faire", args=[savoir_faire.uuid]) in page
    assert "Anna anime cette communauté" in page
    assert animatrice.email not in page


def test_a_community_shows_nothing_of_its_neighbour(
    client: Client, pages: dict[str, AccueilTerritoire], intruse: Utilisateur
) -> None:
    a_nantes = fabriques.creer_besoin(Entreprise.objects.get(nom="L’Intruse"), "photos-produits")

    page = lire(client, ILLE_ET_VILAINE)

    assert str(a_nantes.uuid) not in page
    assert "L’Intruse" not in page


@pytest.mark.parametrize("statut", [StatutAnnonce.MASQUEE, StatutAnnonce.EN_PAUSE, StatutAnnonce.RETIREE])
def test_what_is_not_on_line_is_not_on_the_page(
    client: Client, pages: dict[str, AccueilTerritoire], boulangerie: Entreprise, statut: StatutAnnonce
) -> None:
    besoin = fabriques.creer_besoin(boulangerie, "photos-produits", statut=statut)

    assert str(besoin.uuid) not in lire(client, ILLE_ET_VILAINE)


def test_an_empty_community_invites_to_be_the_first(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    page = lire(client, ILLE_ET_VILAINE)

    assert "Pas encore de savoir-faire ici" in page
    assert "Pas encore de besoin ici" in page
    assert "L’équipe de ce territoire se constitue" in page


def test_at_most_six_listings_of_each_kind(
    client: Client, pages: dict[str, AccueilTerritoire], boulangerie: Entreprise
) -> None:
    for _ in range(8):
        fabriques.creer_besoin(boulangerie, "photos-produits")

    assert lire(client, ILLE_ET_VILAINE).count('href="/besoins/') == 6


def test_html_in_a_name_stays_text(client: Client, pages: dict[str, AccueilTerritoire]) -> None:
    entreprise = fabriques.creer_entreprise("<script>alert(1)</script>")
    fabriques.creer_besoin(entreprise, "photos-produits", texte="<img src=x onerror=alert(2)>")

    page = lire(client, ILLE_ET_VILAINE)

    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("parente", ["/", ILLE_ET_VILAINE])
def test_each_shelf_opens_empty_and_says_what_to_do_next(
    client: Client, pages: dict[str, AccueilTerritoire], parente: str
) -> None:
    rubriques = DU_SITE if parente == "/" else DU_TERRITOIRE
    for rubrique in rubriques:
        adresse = f"{parente}{rubrique.slug}/"
        lire(client, adresse)  # fills Wagtail's cache of sites
        page = lire(client, adresse)
        assert f"<h1>{rubrique.titre}</h1>" in page
        assert ('class="vide"' in page) is (adresse != "/guides/")  # ours are there from the first day
        assert compter(client, adresse) <= REQUETES_MAX


def test_a_community_leads_to_its_shelves_and_every_page_to_the_national_ones(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    page = lire(client, ILLE_ET_VILAINE)

    for rubrique in DU_TERRITOIRE:
        assert f'href="{ILLE_ET_VILAINE}{rubrique.slug}/"' in page
    for lien in PAGES:
        assert page.count(f'href="{lien[0]}"') >= 2
        assert client.get(lien[0]).status_code == 200


def test_below_a_page_a_wrong_address_is_a_404(client: Client, pages: dict[str, AccueilTerritoire]) -> None:
    for adresse in ("/inconnue/", "/guides/inconnu/", f"{ILLE_ET_VILAINE}guides/inconnu/plus-bas/"):
        assert client.get(adresse).status_code == 404


@pytest.mark.parametrize("adresse", ["/", "/communautes/", ILLE_ET_VILAINE])
def test_a_page_costs_few_queries_and_no_more_when_full(
    client: Client, client_de: Any, pages: dict[str, AccueilTerritoire], boulangere: Utilisateur, adresse: str
) -> None:
    def remplir(combien: int) -> None:
        for rang in range(combien):
            entreprise = fabriques.creer_entreprise(f"Entreprise {rang}")
            fabriques.creer_besoin(entreprise, "photos-produits")
            fabriques.creer_savoir_faire(entreprise, "site-vitrine")

    remplir(2)
    lire(client, adresse)  # fills Wagtail's cache of sites
    avec_deux = compter(client, adresse)
    remplir(12)

    assert compter(client, adresse) == avec_deux <= REQUETES_MAX
    assert compter(client_de(boulangere), adresse) <= REQUETES_MAX + POUR_SES_MENUS


def test_a_shelf_of_resources_costs_the_same_for_one_kind_and_for_all(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    adresse = f"{ILLE_ET_VILAINE}ressources/"
    etagere = RubriqueRessources.objects.child_of(pages["ille-et-vilaine"]).get()
    etagere.add_child(instance=SORTES[0](title="Une fiche", accroche="Ce qu’elle dit."))
    lire(client, adresse)  # fills Wagtail’s cache of sites
    avec_une = compter(client, adresse)
    for sorte in SORTES[1:]:
        etagere.add_child(instance=sorte(title="Une autre", accroche=f"Ce que dit : {sorte.sorte}."))

    assert compter(client, adresse) == avec_une <= REQUETES_MAX
    for sorte in SORTES[1:]:
        assert f"Ce que dit : {sorte.sorte}." in lire(client, adresse)


def test_the_breadcrumb_names_the_community_as_its_home_does(
    client: Client, pages: dict[str, AccueilTerritoire]
) -> None:
    ici = pages["ille-et-vilaine"]
    ici.title = "Les voisins d’Ille"
    ici.save_revision().publish()
    for etagere in ("guides", "agenda", "temoignages", "ressources", "lettres"):
        fil = (
            lire(client, f"{ici.get_url()}{etagere}/")
            .split('class="fr-breadcrumb__list"')[1]
            .split("</ol>")[0]
        )
        assert '<a class="fr-breadcrumb__link" href="../">Les voisins d’Ille</a>' in fil, etagere
    for etagere in ("guides", "ressources"):
        assert "Les voisins d’Ille" not in lire(client, f"/{etagere}/")
    guide = lire(client, "/guides/sauvegarder/").split('class="fr-breadcrumb__list"')[1].split("</ol>")[0]
    assert re.findall(r'href="([^"]+)"', guide) == ["/", "../"]  # as deep in the tree as a community's home
