"""Three people on a circle, one of them without JavaScript: the same thread everywhere at the end."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from messagerie.models import Conversation
from messagerie.services import envoyer_message
from profils.models import Entreprise, Utilisateur
from tests.messagerie.aides import converser
from tests.serveur import Serveur, cookies_de

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cercle(boulangerie: Entreprise, menuiserie: Entreprise, fleuristerie: Entreprise) -> Conversation:
    return converser(boulangerie, menuiserie, fleuristerie)


@pytest.fixture
def pages(
    serveur: Serveur, navigateur: Browser, settings: Any, tmp_path: Path, cercle: Conversation,
    boulangere: Utilisateur, menuisiere: Utilisateur, fleuriste: Utilisateur,
) -> Iterator[list[Page]]:  # fmt: skip
    """Alice and Brune on their phones, Chloé on a browser without JavaScript: all on the conversation."""
    settings.PIECES_DIR = tmp_path / "pieces"
    contextes, ouvertes = [], []
    for qui, javascript in ((boulangere, True), (menuisiere, True), (fleuriste, False)):
        contexte = navigateur.new_context(
            viewport={"width": 390, "height": 844}, locale="fr-FR", java_script_enabled=javascript
        )
        contextes.append(contexte)
        contexte.add_cookies(
            [{"name": n, "value": v, "url": serveur.adresse} for n, v in cookies_de(qui).items()]
        )
        page = contexte.new_page()
        page.goto(f"{serveur.adresse}/messages/{cercle.uuid}/")
        ouvertes.append(page)
    yield ouvertes
    for contexte in contextes:
        contexte.close()


def photo() -> FilePayload:
    tampon = BytesIO()
    Image.new("RGB", (80, 60), (120, 60, 20)).save(tampon, "JPEG")
    return {"name": "four.jpg", "mimeType": "image/jpeg", "buffer": tampon.getvalue()}


def ecrire(page: Page, texte: str) -> None:
    page.get_by_label("Votre message").fill(texte)
    page.get_by_role("button", name="Envoyer").click()


def fil(page: Page) -> list[str]:
    """Every line as it reads, whoever reads it."""
    lignes = page.locator("[data-fil] .bulle__texte").all_inner_texts()
    return [re.sub(r"\s+", " ", ligne).strip() for ligne in lignes]


def test_trois_personnes_finissent_avec_le_meme_fil(cercle: Conversation, pages: list[Page]) -> None:
    alice, brune, chloe = pages
    ecrire(alice, "Bonjour à toutes les deux")
    expect(brune.get_by_text("Bonjour à toutes les deux")).to_be_visible()
    # Without JavaScript: a photo and a word, by the plain form.
    chloe.locator("input[type=file]").set_input_files(photo())
    ecrire(chloe, "Mon four")
    expect(chloe.locator("[data-fil] img")).to_be_visible()
    expect(alice.locator("[data-fil] img")).to_be_visible()
    # With it: chosen, named, sent with the words, and the message comes back live.
    brune.context.set_offline(True)
    ecrire(alice, "Brune, tu es là ?")
    brune.context.set_offline(False)
    brune.locator("input[type=file]").set_input_files(photo())
    expect(brune.get_by_text("four.jpg")).to_be_visible()
    ecrire(brune, "Et le mien")
    expect(alice.locator("[data-fil] img")).to_have_count(2)
    expect(brune.locator("[data-pieces-choisies] li")).to_have_count(0)
    # A card, given then erased: the line above changes where it is shown.
    brune.get_by_role("link", name="Donner mes coordonnées").click()
    brune.get_by_label("Téléphone").fill("06 12 34 56 78")
    brune.get_by_role("button", name="Les donner").click()
    expect(alice.get_by_role("link", name="06 12 34 56 78")).to_be_visible()
    brune.get_by_role("link", name="Effacer mes coordonnées").click()
    brune.get_by_role("button", name="Effacer").click()
    expect(alice.get_by_text("Ces coordonnées ont été effacées.")).to_be_visible()
    for page in pages:
        page.goto(page.url.split("/messages/")[0] + f"/messages/{cercle.uuid}/")
    fils = [fil(page) for page in pages]
    assert fils[0] == fils[1] == fils[2]
    assert fils[0][1:] == [
        "Bonjour à toutes les deux",
        "Mon four",
        "Brune, tu es là ?",
        "Et le mien",
        "Voici mes coordonnées.",
        "Brune ne partage plus ses coordonnées.",
    ]
    resultat = Axe().run(alice)
    graves = [f for f in resultat.response["violations"] if f["impact"] in {"serious", "critical"}]
    assert not graves, resultat.generate_report()


def test_remonter_l_historique_ne_deplace_pas_la_page(
    cercle: Conversation, pages: list[Page], boulangere: Utilisateur
) -> None:
    for rang in range(130):
        envoyer_message(par=boulangere, conversation=cercle, texte=f"Ligne {rang}")
    alice = pages[0]
    alice.reload()
    expect(alice.locator("[data-fil] li")).to_have_count(100)
    premiere = alice.locator("[data-fil] li").first
    premiere.scroll_into_view_if_needed()
    avant = premiere.bounding_box()
    alice.get_by_role("link", name="Messages plus anciens").click()
    expect(alice.locator("[data-ancien] li")).to_have_count(31)
    apres = premiere.bounding_box()
    assert avant is not None
    assert apres is not None
    assert abs(apres["y"] - avant["y"]) < 120  # the link left, a day is said once: the eye stays there
    expect(alice.get_by_text("Début de la conversation")).to_have_count(1)
    assert alice.locator(".ligne-message__jour").count() == 1
