"""The main job, from an unknown e-mail address to a live conversation, on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from matching.models import Competence, Theme
from matching.services.arbre import charger_competences
from profils.models import Animateur, Utilisateur
from profils.secteurs import charger_secteurs
from territoires.models import Territoire
from tests.parcours.conftest import Personne

Venir = Callable[..., Personne]

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def maison(serveur: object) -> None:
    """The real trades and the real tree, in place of the tests' own."""
    Competence.objects.all().delete()
    Theme.objects.all().delete()
    charger_secteurs()
    charger_competences()


def s_inscrire(qui: Personne, entreprise: str, metier: str, commune: str) -> None:
    qui.entrer()
    qui.voit("Présentez votre entreprise")
    qui.ecrire("Votre prénom", qui.prenom)
    qui.ecrire("Nom de votre entreprise", entreprise)
    qui.cocher("En cours de création")
    qui.page.get_by_label("Votre métier").select_option(label=metier)
    qui.cocher("Je travaille seul·e")
    choisir_commune(qui, "Votre commune", commune)
    qui.verifier("inscription" if entreprise == "Boulangerie du Mail" else "")
    qui.cliquer("Inscrire mon entreprise")


def choisir_commune(qui: Personne, libelle: str, commune: str) -> None:
    """Type the first letters and choose in the list, as one does with a thumb."""
    champ = qui.page.get_by_label(libelle)
    champ.press_sequentially(commune[:4], delay=20)
    qui.page.get_by_role("option", name=commune).first.click()


def publier(qui: Personne, genre: str, texte: str, competence: str) -> None:
    """Say it in one's own words, choose among the suggestions, publish."""
    qui.ouvrir(f"/{genre}/publier/")
    qui.page.get_by_label("Dites-le avec vos mots").press_sequentially(texte, delay=2)
    suggestion = qui.page.locator(".suggestions").get_by_label(Competence.objects.get(code=competence).titre)
    expect(suggestion.first).to_be_visible()
    suggestion.first.check()
    premiere = competence == "photo-produits" and genre == "besoins"
    qui.verifier("publier-un-besoin" if premiere else "")
    qui.cliquer("Publier mon")
    qui.voit("est en ligne")


def proposer_le_premier(qui: Personne, mot: str, capture: str = "") -> None:
    qui.ouvrir("/rapprochements/")
    qui.verifier(capture)
    qui.cliquer("Proposer cet échange")
    qui.ecrire("Un mot", mot)
    qui.verifier()
    qui.cliquer("Envoyer la proposition")


def accepter(qui: Personne, capture: str = "") -> None:
    qui.ouvrir("/echanges/")
    qui.verifier()
    qui.page.locator("main a[href^='/echanges/']").first.click()
    qui.verifier(capture)
    qui.cliquer("Accepter")


def envoyer(qui: Personne, texte: str) -> None:
    qui.ecrire("Votre message", texte)
    qui.cliquer("Envoyer")


def test_deux_voisines_du_besoin_a_la_conversation(personne: Venir) -> None:
    alice, brune = personne("Alice"), personne("Brune")

    s_inscrire(alice, "Boulangerie du Mail", "Boulangerie, pâtisserie", "Rennes")
    publier(alice, "besoins", "mes photos de gâteaux sont moches", "photo-produits")
    publier(alice, "savoir-faire", "Je mets à jour ma fiche Google toutes les semaines", "fiche-google")

    s_inscrire(brune, "Menuiserie Quéré", "Menuiserie, charpente, ébénisterie", "Cesson-Sévigné")
    publier(brune, "besoins", "les clients trouvent pas mes horaires sur google", "fiche-google")
    publier(brune, "savoir-faire", "Je fais de belles photos de mes meubles au téléphone", "photo-produits")

    alice.ouvrir("/rapprochements/")
    alice.voit("Menuiserie Quéré")
    alice.voit("Réciproque")
    proposer_le_premier(alice, "Bonjour Brune, je passe souvent à Cesson.", "rapprochements")
    alice.voit("Menuiserie Quéré")

    accepter(brune, "proposition")
    brune.voit("C’est d’accord")
    brune.verifier("accord")
    brune.cliquer("Ouvrir la conversation")
    envoyer(brune, "Bonjour Alice ! Mardi à 14 h ?")

    alice.ouvrir("/messages/")
    alice.verifier()
    alice.page.get_by_role("link", name="Menuiserie Quéré").first.click()
    alice.voit("Mardi à 14 h ?")
    envoyer(alice, "Parfait, j’apporte des croissants.")
    brune.voit("Parfait, j’apporte des croissants.")  # live: she did not reload
    envoyer(brune, "Merci, à mardi !")
    alice.voit("Merci, à mardi !")
    alice.verifier("conversation")

    for qui in (alice, brune):
        qui.page.reload()
        for texte in ("Mardi à 14 h ?", "j’apporte des croissants", "Merci, à mardi !"):
            qui.voit(texte)


def test_un_cercle_de_trois_puis_la_moderation(personne: Venir) -> None:
    alice, chloe, dora = personne("Alice"), personne("Chloe"), personne("Dora")
    s_inscrire(alice, "Fournil des Lices", "Boulangerie, pâtisserie", "Rennes")
    publier(alice, "besoins", "la facture électronique devient obligatoire", "facture-electronique")
    publier(alice, "savoir-faire", "Je mets à jour ma fiche Google toutes les semaines", "fiche-google")
    s_inscrire(chloe, "Fleurs de Lices", "Fleuriste, pépinière, paysagiste", "Rennes")
    publier(chloe, "besoins", "avoir un site internet pour montrer mes bouquets", "site-vitrine")
    publier(chloe, "savoir-faire", "Je suis passée à la facture électronique", "facture-electronique")
    s_inscrire(dora, "Librairie du Canal", "Boutique, commerce de détail", "Rennes")
    publier(dora, "besoins", "les clients trouvent pas mes horaires sur google", "fiche-google")
    publier(dora, "savoir-faire", "J’ai fait moi-même le site internet de la librairie", "site-vitrine")

    alice.ouvrir("/rapprochements/")
    alice.voit("Cercle")
    proposer_le_premier(alice, "On se lance à trois ?", "cercle")
    accepter(chloe)
    accepter(dora)
    dora.voit("C’est d’accord")
    dora.cliquer("Ouvrir la conversation")
    envoyer(dora, "Bonjour à toutes les deux !")
    for qui in (alice, chloe):
        qui.ouvrir("/messages/")
        qui.page.locator("main a[href^='/messages/']").first.click()
        qui.voit("Bonjour à toutes les deux !")

    anna = personne("Anna")
    animatrice = Utilisateur.objects.create_user(anna.courriel, first_name="Anna")
    Animateur.objects.create(utilisateur=animatrice, territoire=Territoire.objects.get(departements="35"))
    anna.entrer()
    anna.ouvrir("/animation/")
    anna.voit("Librairie du Canal")
    anna.verifier("console-animation")
    anna.page.locator("article, li, tr").filter(has_text="Librairie du Canal").get_by_role(
        "link", name="Masquer"
    ).first.click()
    anna.verifier()
    anna.page.get_by_role("radio").first.check()
    anna.cliquer("Masquer")
    anna.voit("masqué")


def test_sans_compte_on_cherche_et_on_voit_les_voisines(personne: Venir) -> None:
    dora, visiteuse = personne("Dora"), personne("Visiteuse")
    s_inscrire(dora, "Librairie du Canal", "Boutique, commerce de détail", "Rennes")
    publier(dora, "savoir-faire", "J’ai fait moi-même le site internet de la librairie", "site-vitrine")
    visiteuse.ouvrir("/recherche/")
    visiteuse.ecrire("J’ai besoin", "avoir un site internet")
    choisir_commune(visiteuse, "Près de", "Cesson-Sévigné")
    visiteuse.cliquer("Chercher")
    visiteuse.voit("Librairie du Canal")
    visiteuse.verifier("recherche", haut="main h2")


def test_sans_javascript_tout_marche_aussi(personne: Venir) -> None:
    elise = personne("Elise", javascript=False)
    elise.entrer()
    elise.ecrire("Votre prénom", "Élise")
    elise.ecrire("Nom de votre entreprise", "Atelier Élise")
    elise.cocher("En cours de création")
    elise.page.get_by_label("Votre métier").select_option(label="Autre métier")
    elise.cocher("Je travaille seul·e")
    elise.ecrire("Votre commune", "35500")
    elise.cliquer("Inscrire mon entreprise")
    elise.ouvrir("/besoins/publier/")
    elise.ecrire("Dites-le avec vos mots", "mes photos sont moches")
    elise.cliquer("Publier mon besoin")
    titre = Competence.objects.get(code="photo-produits").titre
    elise.page.locator(".suggestions").get_by_label(titre).first.check()
    elise.cliquer("Publier mon besoin")
    elise.voit("Votre besoin est en ligne")
