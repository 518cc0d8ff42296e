"""The animatrice prepares a round, watches it, reads it, sends it; a company sees the proposal."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from matching.models import Echange, Tour
from profils.models import Animateur, Entreprise, Membre, Utilisateur
from territoires.models import Territoire
from tests.matching.scenes import faire_cercle, rendre_reciproques, voisine
from tests.parcours.conftest import Personne

Venir = Callable[..., Personne]

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def voisines(serveur: object) -> list[Entreprise]:
    """Five companies of Rennes: two who serve each other, three in a circle."""
    noms = (
        "Boulangerie du Mail",
        "Menuiserie Quéré",
        "Fleurs de Lices",
        "Librairie du Canal",
        "Garage Morin",
    )
    entreprises = [voisine(nom, decalage_m=1500 * rang) for rang, nom in enumerate(noms)]
    rendre_reciproques(*entreprises[:2])
    faire_cercle(*entreprises[2:])
    return entreprises


def nommer(qui: Personne) -> None:
    animatrice = Utilisateur.objects.create_user(qui.courriel, first_name=qui.prenom)
    Animateur.objects.create(utilisateur=animatrice, territoire=Territoire.objects.get(departements="35"))


def test_l_animatrice_lance_un_tour_le_lit_et_l_envoie(personne: Venir, voisines: list[Entreprise]) -> None:
    anna, alice = personne("Anna"), personne("Alice")
    nommer(anna)
    Membre.objects.create(
        utilisateur=Utilisateur.objects.create_user(alice.courriel, first_name="Alice"),
        entreprise=voisines[0],
    )
    anna.entrer()
    anna.ouvrir("/animation/")
    anna.cliquer("Tours")
    anna.verifier()
    anna.cliquer("Lancer le tour")
    anna.voit("5 besoins servis sur 5 possibles")  # the page goes on by itself when the worker has done
    anna.verifier("tour-resultat")
    expect(anna.page.locator("#carte path.fleche")).to_have_count(5)
    anna.verifier("tour-carte", haut="#liste")

    carte = anna.page.locator(".prevu").filter(has_text="Boulangerie du Mail")
    carte.get_by_text("Garder, écarter…").click()
    carte.get_by_role("button", name="Garder cet échange").click()
    anna.voit("À garder")
    anna.cliquer("Recalculer")
    anna.voit("Gardé à votre demande")

    anna.page.locator(".prevu").filter(has_text="Boulangerie du Mail").get_by_label("Choisir").check()
    anna.cliquer("Envoyer les échanges choisis")
    anna.voit("2 entreprises recevront un courriel")
    anna.ecrire("Un mot de votre part", "Bonjour, vous êtes à deux pas l’une de l’autre.")
    anna.verifier("tour-envoi")
    anna.cliquer("Envoyer la proposition")
    anna.voit("1 proposition envoyée")
    anna.voit("Envoyé, en attente de réponses")
    anna.verifier()
    assert Tour.objects.count() == 2

    alice.entrer()
    alice.ouvrir("/echanges/")
    alice.page.locator("main a[href^='/echanges/']").first.click()
    alice.voit("L’animation de votre territoire vous propose cet échange")
    alice.voit("vous êtes à deux pas l’une de l’autre")
    alice.verifier()
    alice.cliquer("Accepter")
    alice.voit("Votre accord est noté")
    assert Echange.objects.get().initiatrice is None


def test_sans_javascript_le_tour_se_lance_et_s_envoie_aussi(
    personne: Venir, voisines: list[Entreprise]
) -> None:
    nora = personne("Nora", javascript=False)
    nommer(nora)
    nora.entrer()
    nora.ouvrir("/animation/tours/")
    nora.cliquer("Lancer le tour")
    for _ in range(60):
        if nora.page.get_by_text("besoins servis sur").count():
            break
        nora.page.wait_for_timeout(250)
        nora.cliquer("Actualiser la page")
    nora.voit("5 besoins servis sur 5 possibles")
    nora.cliquer("Envoyer les 2 échanges")
    nora.cliquer("Envoyer les propositions")
    nora.voit("2 propositions envoyées")
    assert Echange.objects.count() == 2
