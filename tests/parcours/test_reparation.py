"""A cercle loses one of its three; the neighbour asked in her place says yes, without JavaScript."""

from collections.abc import Callable

import pytest

from matching.models import Echange
from profils.models import Entreprise
from tests.file_de_travail import attendre
from tests.matching.scenes import demander, faire_cercle, membre, offrir, proposer, voisine
from tests.parcours.conftest import Personne

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


def test_le_cercle_continue_avec_la_libraire(personne: Callable[..., Personne]) -> None:
    noms = ("Boulangerie du Mail", "Menuiserie Quéré", "Fleurs de Lices", "Librairie du Canal")
    boulangerie, menuiserie, fleuriste, libraire = (
        voisine(nom, decalage_m=700 * rang) for rang, nom in enumerate(noms)
    )
    faire_cercle(boulangerie, menuiserie, fleuriste)
    echange = proposer(boulangerie, nature="cercle", mot="On s’entraide à trois ?")
    offrir(libraire, "facture-electronique")
    demander(libraire, "vitrine-boutique")

    def venir(prenom: str, entreprise: Entreprise, *, javascript: bool = True) -> Personne:
        qui = personne(prenom, javascript=javascript)
        qui.entrer_comme(membre(entreprise))
        qui.ouvrir(f"/echanges/{echange.uuid}/")
        return qui

    brune = venir("Brune", menuiserie)
    brune.cliquer("Accepter")
    brune.voit("Il manque encore une réponse")

    chloe = venir("Chloé", fleuriste)
    chloe.cliquer("Je ne peux pas")
    chloe.cocher("Pas le temps en ce moment")
    chloe.cliquer("Décliner la proposition")
    chloe.voit("C’est noté")
    attendre(Echange.objects.filter(statut="propose", reparations=1).exists)  # the worker asks the next one
    chloe.page.reload()
    chloe.voit("Continue sans vous")
    chloe.verifier()

    brune.page.reload()
    brune.voit("Nous avons demandé à Librairie du Canal.")
    brune.voit("Finalement, je ne peux pas")
    brune.verifier("cercle-repare")

    lea = venir("Léa", libraire, javascript=False)
    lea.ouvrir("/echanges/")
    lea.voit("On attend votre réponse")
    lea.page.locator("main a[href^='/echanges/']").first.click()
    lea.voit("Nous vous avons demandé de prendre sa place.")
    lea.cliquer("Accepter")
    lea.voit("C’est d’accord")
    lea.page.get_by_role("button", name="Oui, c’est fait").first.click()
    lea.voit("Vous avez répondu oui")
