"""« Demander à mes voisins », phone in hand: asked, accepted, the other thanked; the animator writes."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from matching.models import Demande
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import membre
from tests.matching.scenes_demandes import preparer
from tests.serveur import Serveur, cookies_de

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]

Ouvrir = Callable[[Utilisateur, str], Page]


@pytest.fixture
def ouvrir(serveur: Serveur, navigateur: Browser) -> Iterator[Ouvrir]:
    """`ouvrir(boulangere, chemin)`: her phone, signed in."""
    contextes: list[BrowserContext] = []

    def entrer(qui: Utilisateur, chemin: str) -> Page:
        contexte = navigateur.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
        contextes.append(contexte)
        temoins = cookies_de(qui).items()
        contexte.add_cookies([{"name": n, "value": v, "url": serveur.adresse} for n, v in temoins])
        page = contexte.new_page()
        page.goto(serveur.adresse + chemin)
        return page

    yield entrer
    for contexte in contextes:
        contexte.close()


def verifier(page: Page) -> None:
    fautes = Axe().run(page).response["violations"]
    assert not [f for f in fautes if f["impact"] in {"serious", "critical"}]
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_elle_demande_une_voisine_dit_oui_l_autre_est_remerciee(
    ouvrir: Ouvrir, boulangere: Utilisateur, boulangerie: Entreprise, animatrice: Utilisateur
) -> None:
    besoin, (une, deux) = preparer(boulangerie, 2)
    alice = ouvrir(boulangere, f"/besoins/{besoin.uuid}/")
    alice.get_by_role("link", name="Demander à mes voisins").click()
    verifier(alice)
    alice.get_by_role("button", name="Prévenir mes voisins").click()
    expect(alice.get_by_text("2 entreprises prévenues, réponse avant")).to_be_visible()
    verifier(alice)

    Demande.objects.update(au_panier_le="2026-01-01T08:00Z")
    anna = ouvrir(animatrice, "/animation/a-debloquer/")
    anna.get_by_role("link", name="Créer un site vitrine").click()
    verifier(anna)
    anna.get_by_label("Écrire à l’entreprise").fill("Je connais quelqu’un.")
    anna.get_by_role("button", name="Envoyer ce mot").click()
    expect(anna.get_by_text("Votre mot est envoyé.")).to_be_visible()

    voisine = ouvrir(membre(une), "/tableau/")
    voisine.get_by_role("link", name="Avec Boulangerie du Marché").click()
    voisine.get_by_role("button", name="Accepter").click()
    alice.reload()
    expect(alice.get_by_text(f"{une.nom} a dit oui.")).to_be_visible()
    expect(alice.get_by_text("Je connais quelqu’un.")).to_be_visible()
    autre = ouvrir(membre(deux), "/notifications/")
    expect(autre.get_by_text("Boulangerie du Marché a trouvé, merci à vous").first).to_be_visible()
