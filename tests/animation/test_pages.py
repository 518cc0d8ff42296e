"""Putting the site's pages in place."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Collection, Page, Site

from animation.models import (
    AccueilTerritoire,
    EspaceCms,
    PageAccueil,
    PageTerritoires,
    RubriqueGuides,
    RubriqueRessources,
)
from animation.services.pages import donner_acces_cms, installer_pages
from animation.services.rubriques import DU_TERRITOIRE
from profils.models import Animateur, Utilisateur
from territoires.models import Territoire
from tests import fabriques

pytestmark = pytest.mark.django_db


def test_the_first_run_replaces_wagtails_welcome_by_our_home() -> None:
    installer_pages()

    assert Site.objects.get().root_page.specific == PageAccueil.objects.get()
    assert not Page.objects.filter(slug="home").exists()
    assert PageTerritoires.objects.get().url_path == "/accueil/communautes/"


def test_each_open_territoire_has_its_page_with_words_of_its_own() -> None:
    installer_pages()

    pages = AccueilTerritoire.objects.live()
    assert {page.slug for page in pages} == {
        "ille-et-vilaine",
        "hauts-de-seine",
        "loire-atlantique",
        "yvelines",
    }
    assert len({page.accroche for page in pages}) == 4
    assert len({page.presentation for page in pages}) == 4


def test_a_second_run_changes_nothing() -> None:
    installer_pages()
    avant = list(Page.objects.order_by("pk").values())
    droits = Group.objects.count(), Collection.objects.count(), EspaceCms.objects.count()

    assert installer_pages() == 0

    assert list(Page.objects.order_by("pk").values()) == avant
    assert (Group.objects.count(), Collection.objects.count(), EspaceCms.objects.count()) == droits


def test_texts_written_since_are_left_alone(pages: dict[str, AccueilTerritoire]) -> None:
    page = pages["ille-et-vilaine"]
    page.title = "Communauté d’Ille-et-Vilaine"
    page.accroche = "Nos mots à nous."
    page.save()

    installer_pages()

    page.refresh_from_db()
    assert (page.title, page.accroche) == ("Communauté d’Ille-et-Vilaine", "Nos mots à nous.")


def test_a_territoire_opened_later_gets_its_page_at_the_next_run(pages: dict[str, AccueilTerritoire]) -> None:
    redon = Territoire.objects.create(code="pays-de-redon", nom="Pays de Redon")

    assert installer_pages() == 1 + len(DU_TERRITOIRE)
    assert "Pays de Redon" in redon.page.accroche
    assert [page.slug for page in redon.page.get_children()] == [rubrique.slug for rubrique in DU_TERRITOIRE]


def test_a_closed_territoire_has_none() -> None:
    Territoire.objects.create(code="pays-de-redon", nom="Pays de Redon", est_ouvert=False)

    installer_pages()

    assert not AccueilTerritoire.objects.filter(slug="pays-de-redon").exists()


def test_a_shelf_that_is_missing_is_laid_on_a_site_already_in_service(
    pages: dict[str, AccueilTerritoire],
) -> None:
    accueil = pages["ille-et-vilaine"]
    RubriqueGuides.objects.child_of(accueil).get().delete()
    ressources = RubriqueRessources.objects.child_of(accueil).get()
    RubriqueRessources.objects.filter(pk=ressources.pk).update(accroche="Nos adresses à nous.")

    assert installer_pages() == 1

    assert RubriqueGuides.objects.child_of(accueil).live().in_menu().count() == 1
    ressources.refresh_from_db()
    assert ressources.accroche == "Nos adresses à nous."


def test_a_shelf_stays_on_line_whoever_asks(
    pages: dict[str, AccueilTerritoire], redactrice_nationale: Utilisateur
) -> None:
    droits = RubriqueGuides.objects.first().permissions_for_user(redactrice_nationale)

    assert droits.can_edit()
    refus = (droits.can_unpublish, droits.can_delete, droits.can_move, droits.can_copy)
    assert [refuse() for refuse in refus] == [False] * 4


@pytest.mark.parametrize(
    ("adresse", "hote", "port"),
    [
        ("https://echange.exemple.fr", "echange.exemple.fr", 443),
        ("http://localhost:8123", "localhost", 8123),
        ("http://exemple.fr", "exemple.fr", 80),
    ],
)
def test_wagtails_site_is_at_the_public_address(settings: Any, adresse: str, hote: str, port: int) -> None:
    settings.ADRESSE_DU_SITE = adresse

    installer_pages()

    site = Site.objects.get()
    assert (site.hostname, site.port, site.is_default_site) == (hote, port, True)


def test_cms_groups_follow_the_roles(pages: dict[str, AccueilTerritoire], animatrice: Utilisateur) -> None:
    donner_acces_cms(utilisateur=animatrice)
    assert [groupe.name for groupe in animatrice.groups.all()] == ["Animation ille-et-vilaine"]

    Animateur.objects.filter(utilisateur=animatrice).delete()
    fabriques.nommer_animateur(animatrice, "44")
    donner_acces_cms(utilisateur=animatrice)

    assert [groupe.name for groupe in animatrice.groups.all()] == ["Animation loire-atlantique"]


def test_other_groups_are_nobodys_business_here(
    pages: dict[str, AccueilTerritoire], animatrice: Utilisateur
) -> None:
    autre = Group.objects.create(name="Presse")
    animatrice.groups.add(autre)

    donner_acces_cms(utilisateur=animatrice)

    assert autre in animatrice.groups.all()


def test_keys_asked_for_before_the_pages_exist_install_them(animatrice: Utilisateur) -> None:
    donner_acces_cms(utilisateur=animatrice)

    assert AccueilTerritoire.objects.count() == 4
    assert animatrice.groups.count() == 1


def test_a_closed_territoire_gives_no_keys(
    pages: dict[str, AccueilTerritoire], animatrice: Utilisateur
) -> None:
    Territoire.objects.update(est_ouvert=False)

    donner_acces_cms(utilisateur=animatrice)

    assert not animatrice.groups.exists()
