"""The commune field on a phone: with the keyboard, with a finger, and without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.parcours.conftest import Personne

pytestmark = pytest.mark.parcours


def ecrire(page: Page, texte: str) -> None:
    champ = page.get_by_label("Près de")
    champ.click()
    champ.fill("")
    champ.press_sequentially(texte, delay=20)


def test_au_clavier_les_fleches_choisissent_et_echap_ferme(personne: Callable[..., Personne]) -> None:
    alice = personne("Alice")
    alice.ouvrir("/recherche/")
    page = alice.page
    champ = page.get_by_role("combobox", name="Près de")
    ecrire(page, "nan")
    options = page.get_by_role("listbox", name="Communes proposées").get_by_role("option")
    expect(options).to_have_count(2)  # Nantes, Nanterre
    expect(champ).to_have_attribute("aria-expanded", "true")
    champ.press("ArrowUp")  # the last
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    champ.press("ArrowDown")  # around, to the first
    expect(champ).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "?")
    alice.verifier()
    champ.press("Escape")
    expect(options).to_have_count(0)
    expect(champ).to_have_value("nan")
    champ.press("ArrowDown")  # opens again
    champ.press("ArrowDown")
    champ.press("Enter")
    expect(champ).to_have_value("Nantes (44)")
    expect(page.locator("[name=commune_code]")).to_have_value("44109")
    expect(champ).to_have_attribute("aria-expanded", "false")
    champ.press("Backspace")
    expect(page.locator("[name=commune_code]")).to_have_value("")


def test_du_doigt_une_commune_se_choisit_et_part_avec_le_formulaire(
    personne: Callable[..., Personne],
) -> None:
    alice = personne("Alice")
    alice.ouvrir("/recherche/")
    alice.page.get_by_label("J’ai besoin de").fill("photos")
    ecrire(alice.page, "st ma")
    alice.page.get_by_role("option", name="Saint-Malo").click()
    alice.page.get_by_role("button", name="Chercher").click()
    expect(alice.page).to_have_url(re.compile("commune_code=35288"))
    expect(alice.page.get_by_label("Près de")).to_have_value("Saint-Malo (35)")


def test_une_commune_inconnue_est_dite_en_ecrivant(personne: Callable[..., Personne]) -> None:
    alice = personne("Alice")
    alice.ouvrir("/recherche/")
    ecrire(alice.page, "zzzz")
    alice.voit("Aucune commune de ce nom. Essayez le code postal.")


def test_sans_javascript_une_saisie_ambigue_se_choisit(personne: Callable[..., Personne]) -> None:
    alice = personne("Alice", javascript=False)
    alice.ouvrir("/recherche/")
    alice.page.locator("[name=texte]").fill("photos")
    alice.page.locator("[name=commune]").fill("vitr")
    alice.page.get_by_role("button", name="Chercher").click()
    alice.page.get_by_label("Vitré").check()
    alice.erreurs.clear()  # the browser notes the status 422 of the question asked again
    alice.page.get_by_role("button", name="Chercher").click()
    expect(alice.page).to_have_url(re.compile("commune_code=35360"))
    expect(alice.page.get_by_label("Vitré")).to_have_count(0)
