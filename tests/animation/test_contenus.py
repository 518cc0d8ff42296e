"""What the site says from the first day: guides, questions, legal pages."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from animation.controle import relire
from animation.models import AccueilTerritoire, Guide, PageFaq, PageLegale, RubriqueGuides
from animation.services.contenus import blocs, en_html
from animation.services.pages import installer_pages
from echange.socle.templatetags.composants import PAGES, PIED
from profils.models import Secteur
from tests import fabriques

pytestmark = pytest.mark.django_db

REQUETES_MAX = 12


@pytest.fixture
def rubrique(pages: dict[str, AccueilTerritoire]) -> RubriqueGuides:
    return RubriqueGuides.objects.get(depth=3)


def lire(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    return str(reponse.content.decode())


def test_eight_national_guides_and_the_welcome_page_await_the_first_visitor(
    client: Client, rubrique: RubriqueGuides
) -> None:
    page = lire(client, "/guides/")

    assert page.count("carte__titre") == 9
    assert "Bienvenue" in page
    assert all(guide.live_revision_id for guide in Guide.objects.all())


def test_the_questions_are_twelve_and_unfold_without_javascript(client: Client, rubrique: object) -> None:
    assert lire(client, "/questions/").count("<details") == 12


def test_every_link_of_the_foot_opens(client: Client, rubrique: object) -> None:
    pied = lire(client, "/").partition("<footer")[2]

    for url, _, _ in PAGES + PIED:
        assert f'href="{url}"' in pied
        lire(client, url)


def test_invoices_and_vat_are_said_to_await_a_lawyer(client: Client, rubrique: object) -> None:
    page = lire(client, "/facture-et-tva/")

    assert "relue par un juriste" in page
    assert "par compensation" in page


def test_a_guide_deleted_by_a_referent_does_not_come_back(rubrique: RubriqueGuides) -> None:
    Guide.objects.get(slug="sauvegarder").delete()
    PageFaq.objects.update(title="Nos questions")

    assert installer_pages() == 0

    assert not Guide.objects.filter(slug="sauvegarder").exists()
    assert PageFaq.objects.get().title == "Nos questions"


def test_our_own_texts_hold_to_our_own_rules(rubrique: object) -> None:
    remarques = {
        str(page): relire(page)
        for page in [*Guide.objects.all(), *PageFaq.objects.all(), *PageLegale.objects.all()]
    }

    assert len(remarques) == 15
    assert {page: dites for page, dites in remarques.items() if dites} == {}


def test_french_typography_holds_in_every_text(rubrique: object) -> None:
    for page in Page.objects.live().specific():
        texte = page.title + "".join(
            bloc.render()
            for nom in getattr(page, "champs_relus", ())
            if hasattr(page, nom)
            for bloc in getattr(page, nom)
            if hasattr(bloc, "render")
        )
        for faute in ("« ", " »", " !", " ?", "'"):
            assert faute not in texte.replace("<", "\n<").replace(" ?\n", ""), (page, faute)


@pytest.mark.parametrize(
    "adresse",
    ["/guides/", "/guides/bienvenue/", "/questions/", "/confidentialite/", "/ressources/", "/temoignages/"],
)
def test_each_costs_few_queries(client: Client, rubrique: object, adresse: str) -> None:
    lire(client, adresse)  # fills Wagtail's cache of sites
    with CaptureQueriesContext(connection) as requetes:
        lire(client, adresse)

    assert len(requetes) <= REQUETES_MAX


def test_a_guide_prints_the_address_of_its_own_page_to_scan(client: Client, rubrique: object) -> None:
    page = lire(client, "/guides/photos-au-smartphone/")

    assert "<svg" in page.partition('class="qr"')[2][:60]
    assert Guide.objects.get(slug="photos-au-smartphone").full_url in page


def test_the_words_of_a_file_become_blocks() -> None:
    assert en_html("Un.\n\n- deux\n- **trois**") == "<p>Un.</p><ul><li>deux</li><li><b>trois</b></li></ul>"
    assert blocs([{"titre": "A"}, {"question": {"question": "B ?", "reponse": "C"}}]) == [
        ("titre", {"texte": "A"}),
        ("question", {"question": "B ?", "reponse": "<p>C</p>"}),
    ]


class TestFiltre:
    @pytest.fixture
    def guides(self, rubrique: RubriqueGuides) -> dict[str, Guide]:
        Guide.objects.all().delete()
        boulangerie, _ = Secteur.objects.get_or_create(code="boulangerie", defaults={"nom": "Boulangerie"})
        garage, _ = Secteur.objects.get_or_create(code="garage", defaults={"nom": "Garage"})
        rubrique.refresh_from_db()
        faits = {}
        for titre, metiers in (("Le pain", [boulangerie]), ("Les freins", [garage]), ("Pour tous", [])):
            guide = Guide(title=titre, accroche="x", revu_le=date(2026, 1, 1), secteurs=metiers, corps=[])
            faits[titre] = rubrique.add_child(instance=guide)
        return faits

    def test_by_trade_it_keeps_what_holds_for_all(self, client: Client, guides: dict[str, Guide]) -> None:
        page = lire(client, "/guides/?secteur=boulangerie")

        assert "Le pain" in page
        assert "Pour tous" in page
        assert "Les freins" not in page

    @pytest.mark.parametrize("secteur", ["inconnu", "<b>", "%00", "x" * 500])
    def test_a_choice_that_does_not_exist_filters_nothing(
        self, client: Client, guides: dict[str, Guide], secteur: str
    ) -> None:
        page = lire(client, f"/guides/?secteur={secteur}&page=99")

        assert "Les freins" in page
        assert "<b>" not in page

    def test_nothing_for_this_choice_leads_back_to_all(
        self, client: Client, guides: dict[str, Guide]
    ) -> None:
        guides["Pour tous"].delete()
        fabriques.creer_entreprise("x")
        Secteur.objects.get_or_create(code="fleuriste", defaults={"nom": "Fleuriste"})

        assert "Rien pour ce choix" in lire(client, "/guides/?secteur=fleuriste")
