"""A cercle loses one of its three; the neighbour asked in her place says yes; they meet, and say so."""

from collections.abc import Callable

import pytest

from matching.models import Echange
from profils.models import Entreprise, Membre, Utilisateur
from tests.matching.scenes import demander, faire_cercle, offrir, proposer, voisine
from tests.parcours.conftest import Personne

Venir = Callable[..., Personne]

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


def rejoindre(qui: Personne, entreprise: Entreprise) -> None:
    utilisateur = Utilisateur.objects.create_user(qui.courriel, first_name=qui.prenom)
    Membre.objects.create(utilisateur=utilisateur, entreprise=entreprise)
    qui.entrer()


def test_le_cercle_continue_avec_la_libraire(personne: Venir) -> None:
    noms = ("Boulangerie du Mail", "Menuiserie Quéré", "Fleurs de Lices", "Librairie du Canal")
    boulangerie, menuiserie, fleuriste, libraire = (
        voisine(nom, decalage_m=700 * rang) for rang, nom in enumerate(noms)
    )
    faire_cercle(boulangerie, menuiserie, fleuriste)
    proposer(boulangerie, nature="cercle", mot="On s’entraide à trois ?")
    offrir(libraire, "facture-electronique")
    demander(libraire, "vitrine-boutique")
    adresse = f"/echanges/{Echange.objects.get().uuid}/"

    brune, chloe = personne("Brune"), personne("Charlotte")
    lea = personne("Lina", javascript=False)
    for qui, entreprise in ((brune, menuiserie), (chloe, fleuriste), (lea, libraire)):
        rejoindre(qui, entreprise)

    brune.ouvrir(adresse)
    brune.cliquer("Accepter")
    brune.voit("Il manque encore une réponse")

    chloe.ouvrir(adresse)
    chloe.cliquer("Je ne peux pas")
    chloe.cocher("Pas le temps en ce moment")
    chloe.cliquer("Décliner la proposition")
    chloe.voit("C’est noté")

    for _ in range(40):  # the worker asks the next neighbour
        if Echange.objects.filter(statut="propose", reparations=1).exists():
            break
        lea.page.wait_for_timeout(250)
    brune.ouvrir(adresse)
    brune.voit("Nous avons demandé à Librairie du Canal.")
    brune.voit("Finalement, je ne peux pas")
    brune.verifier("cercle-repare")
    chloe.ouvrir(adresse)
    chloe.voit("Continue sans vous")
    chloe.verifier()

    lea.ouvrir("/echanges/")
    lea.voit("On attend votre réponse")
    lea.page.locator("main a[href^='/echanges/']").first.click()
    lea.voit("Nous vous avons demandé de prendre sa place.")
    lea.verifier()
    lea.cliquer("Accepter")
    lea.voit("C’est d’accord")
    lea.voit("C’est fait ?")
    lea.page.get_by_role("button", name="Oui, c’est fait").first.click()
    lea.voit("Vous avez répondu oui")
    lea.verifier()
