"""A guide, on a phone and on paper: found by trade, one A4 page."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from animation.models import Guide
from animation.services.pages import installer_pages
from profils.secteurs import charger_secteurs
from tests.parcours.conftest import Personne

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lectrice(personne: Callable[..., Personne], serveur: object) -> Personne:
    charger_secteurs()
    installer_pages()
    return personne("Alice")


def test_a_reader_finds_her_trade_then_prints_each_guide_on_one_page(lectrice: Personne) -> None:
    lectrice.ouvrir("/guides/")
    lectrice.verifier()
    lectrice.page.get_by_label("Métier").select_option("boulangerie")
    expect(lectrice.page.get_by_role("heading", name="Artisan du bâtiment")).to_have_count(0)
    lectrice.page.reload()  # the list as HTMX left it has an address
    lectrice.ne_voit_pas("Artisan du bâtiment")
    lectrice.cliquer("Boulangerie : prendre les commandes")
    lectrice.verifier()

    pages = {}
    for slug in Guide.objects.values_list("slug", flat=True):
        lectrice.ouvrir(f"/guides/{slug}/")
        papier = PdfReader(BytesIO(lectrice.page.pdf(prefer_css_page_size=True)))
        assert f"/guides/{slug}/" in papier.pages[0].extract_text().replace("\n", "")
        pages[slug] = len(papier.pages)
    assert len(pages) == 9
    assert set(pages.values()) == {1}, pages
