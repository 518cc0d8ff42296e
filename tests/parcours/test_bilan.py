"""From the mail to the third tap, on a phone; then a témoignage, and its withdrawal."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from echange.socle.demo import lire_courriels
from matching.models import Bilan, Temoignage
from matching.services.demandes_bilans import demander_bilans
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import attendre
from tests.matching.scenes_bilans import bilan_de, faire
from tests.parcours.conftest import Personne

Venir = Callable[..., Personne]

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


def lien_recu(boite: Path, motif: str) -> str:
    """Wait for the mail, and return the link in it."""
    trouves: list[str] = []

    def est_venu() -> bool:
        for courriel in lire_courriels(boite):
            if courriel.destinataire == "alice@exemple.fr":
                trouves.extend(re.findall(rf"https?://[^/\s]+({motif}\S+)", courriel.texte))
        return bool(trouves)

    attendre(est_venu, secondes=90)
    return trouves[0]


@pytest.mark.parametrize("javascript", [True, False])
def test_du_courriel_a_la_troisieme_touche(
    personne: Venir,
    boite_aux_lettres: Path,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    boulangere: Utilisateur,
    javascript: bool,  # noqa: FBT001
) -> None:
    faire(boulangerie, menuiserie)
    demander_bilans()
    alice = personne("Alice", javascript=javascript)
    alice.ouvrir(lien_recu(boite_aux_lettres, "/bilans/"))
    alice.voit("Question 1 sur 3")
    bouton = alice.page.get_by_role("button", name="Oui, comme prévu")
    boite = bouton.bounding_box()
    assert boite is not None
    assert boite["height"] >= 44
    assert boite["width"] > 300
    if javascript:
        alice.verifier()
    alice.cliquer("Oui, comme prévu")
    alice.voit("que savez-vous faire maintenant")
    alice.cliquer("Je le fais sans aide")
    alice.cliquer("Oui, sans hésiter")
    alice.voit("C’est reçu, merci")
    assert bilan_de(boulangerie).termine_le is not None
    if not javascript:
        return
    alice.verifier()
    expect(alice.page.get_by_label("J’accepte que ce texte soit publié")).not_to_be_checked()
    alice.cocher("J’accepte que ce texte soit publié")
    alice.ecrire("Ce que nous pourrions publier", "Une heure avec un voisin, et notre site est en ligne.")
    alice.cliquer("Envoyer")
    alice.voit("Vos réponses sont bien reçues")
    alice.verifier()
    alice.ouvrir(lien_recu(boite_aux_lettres, "/temoignages/"))
    alice.cliquer("Retirer mon témoignage")
    alice.voit("C’est retiré")
    assert Temoignage.objects.get().retire_le is not None
    assert Bilan.objects.filter(echeance="j30").count() == 2
