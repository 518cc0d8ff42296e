"""From one's own words to a compétence: found at once, or asked of a référent who understands."""

from collections.abc import Callable
from time import perf_counter

import pytest
from playwright.sync_api import expect

from matching.models import Besoin, Competence, MotManquant, Theme
from matching.services.arbre import charger_competences
from profils.models import Secteur, Utilisateur
from profils.secteurs import charger_secteurs
from tests.fabriques import creer_entreprise
from tests.parcours.conftest import Personne

Venir = Callable[..., Personne]

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]

# A slow person’s times, in seconds (keystroke-level model, Card and others, 1980), beside the machine’s own.
TOUCHE, VISER, REFLECHIR = 0.5, 1.5, 4.0  # a key with one finger, a tap, a thought before each gesture


@pytest.fixture(autouse=True)
def maison(serveur: object) -> None:
    """The real trades and the real tree, in place of the tests' own."""
    Competence.objects.all().delete()
    Theme.objects.all().delete()
    charger_secteurs()
    charger_competences()


@pytest.fixture
def alice(personne: Venir) -> Personne:
    """La boulangère, signed in, her company known."""
    qui: Personne = personne("Alice")
    alice = Utilisateur.objects.create_user(qui.courriel, first_name="Alice")
    creer_entreprise("Boulangerie du Mail", membre=alice, secteur=Secteur.objects.get(code="boulangerie"))
    qui.entrer()
    return qui


def test_trois_mots_et_c_est_en_ligne_en_moins_d_une_minute(alice: Personne) -> None:
    alice.ouvrir("/tableau/")
    mots, gestes, debut = "photos gâteaux moches", 0, perf_counter()

    alice.cliquer("Publier un besoin")
    gestes += 1
    alice.page.get_by_label("Dites-le avec vos mots").press_sequentially(mots, delay=2)
    gestes += 1
    premiere = alice.page.locator(".suggestions input").first
    expect(premiere).to_have_value("photo-produits")
    expect(alice.page.locator(".suggestions input")).to_have_count(4)  # three, and « aucune ne convient »
    expect(alice.page.locator("#suggestions-dites")).to_contain_text("3 réponses possibles")
    premiere.check()
    gestes += 1
    alice.cliquer("Publier mon besoin")
    gestes += 1

    alice.voit("Votre besoin est en ligne")
    machine = perf_counter() - debut
    assert machine + len(mots) * TOUCHE + gestes * (VISER + REFLECHIR) < 60
    assert Besoin.objects.get().competence_id == "photo-produits"


def test_au_clavier_seul(alice: Personne) -> None:
    alice.ouvrir("/besoins/publier/")
    alice.page.get_by_label("Dites-le avec vos mots").press_sequentially("photos gâteaux moches", delay=2)
    expect(alice.page.locator(".suggestions input").first).to_have_value("photo-produits")
    alice.verifier()
    alice.page.keyboard.press("Tab")
    alice.page.keyboard.press("Space")
    expect(alice.page.locator(".suggestions input").first).to_be_checked()
    alice.page.keyboard.press("ArrowDown")
    expect(alice.page.locator(".suggestions input").nth(1)).to_be_checked()
    alice.page.keyboard.press("ArrowUp")
    alice.page.keyboard.press("Enter")
    alice.voit("Votre besoin est en ligne")


@pytest.mark.parametrize("javascript", [True, False])
def test_des_mots_que_personne_ne_connait(personne: Venir, javascript: bool) -> None:  # noqa: FBT001
    alice, rosa = personne("Alice", javascript=javascript), personne("Rosa")
    compte = Utilisateur.objects.create_user(alice.courriel, first_name="Alice")
    creer_entreprise("Boulangerie du Mail", membre=compte, secteur=Secteur.objects.get(code="boulangerie"))
    Utilisateur.objects.create_user(rosa.courriel, first_name="Rosa", est_referent=True)

    alice.entrer()
    alice.ouvrir("/besoins/publier/")
    alice.page.get_by_label("Dites-le avec vos mots").press_sequentially("empailler un ragondin", delay=2)
    if not javascript:
        alice.cliquer("Publier mon besoin")
    alice.page.get_by_label("Aucune ne convient").check()
    alice.cliquer("Publier mon besoin")
    alice.voit("C’est noté, merci")
    if javascript:  # axe needs it
        alice.verifier()

    rosa.entrer()
    rosa.ouvrir("/animation/")
    rosa.cliquer("Mots manquants")
    rosa.verifier()
    rosa.cliquer("empailler un ragondin")
    rosa.page.get_by_label("De quoi s’agit-il").select_option("photo-produits")
    rosa.verifier()
    rosa.cliquer("Ranger ici et prévenir")
    rosa.voit("ce mot est traité")
    assert MotManquant.objects.get().competence_id == "photo-produits"
    assert "empailler un ragondin" in Competence.objects.get(code="photo-produits").dits

    alice.ouvrir("/annonces/")
    alice.cliquer("Relire et publier")
    alice.voit("Un référent a compris vos mots")
    alice.cliquer("Publier mon besoin")
    alice.voit("Votre besoin est en ligne")


def test_la_referente_reunit_deux_competences(personne: Venir) -> None:
    rosa = personne("Rosa")
    Utilisateur.objects.create_user(rosa.courriel, first_name="Rosa", est_referent=True)
    rosa.entrer()
    rosa.ouvrir("/animation/competences/")
    rosa.verifier()
    rosa.ouvrir("/animation/competences/code/fiche-google/")
    rosa.verifier()
    rosa.cliquer("Réunir avec une autre")
    rosa.page.get_by_label("La réunir avec").select_option("presence-web")
    rosa.verifier()
    rosa.page.locator("main").get_by_role("button", name="Réunir").click()
    rosa.voit("C’est fait")
    rosa.ouvrir("/animation/competences/historique/")
    rosa.verifier()
    rosa.cliquer("Annuler ce changement")
    rosa.voit("tout est comme avant lui")
    assert not Competence.objects.get(code="fiche-google").est_retiree
