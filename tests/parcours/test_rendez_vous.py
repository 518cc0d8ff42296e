"""Two owners agree in three lines, choose a date on their phones, and put it in their calendar."""

from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar

from matching.models import Seance
from profils.models import Entreprise, Utilisateur
from tests.matching.scenes import accepter, proposer, rendre_reciproques
from tests.parcours.conftest import Personne
from tests.serveur import Serveur

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


def installer(qui: Personne, utilisateur: Utilisateur, chemin: str) -> Personne:
    """Already signed in, on the page of the échange."""
    qui.entrer_comme(utilisateur)
    qui.ouvrir(chemin)
    return qui


def test_deux_patronnes_prennent_rendez_vous(
    personne: Callable[..., Personne],
    serveur: Serveur,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    boulangerie: Entreprise,
    menuiserie: Entreprise,
    tmp_path: Path,
) -> None:
    rendre_reciproques(boulangerie, menuiserie)
    echange = accepter(proposer(boulangerie), menuiserie)
    chemin = f"/echanges/{echange.uuid}/"
    alice = installer(personne("Alice"), boulangere, chemin)
    brune = installer(personne("Brune", javascript=False), menuisiere, chemin)

    brune.cliquer("Oui, cela me va")
    brune.voit("En attente de Boulangerie du Marché")
    brune.cliquer("Proposer une séance")
    for rang in (0, 1):
        brune.page.locator("input[name=dates]").nth(rang).check()
    brune.cliquer("Proposer ces dates")
    brune.voit("Boulangerie du Marché doit choisir")

    alice.page.reload()
    alice.verifier()
    alice.cliquer("Oui, c’est d’accord")
    alice.voit("Vous êtes d’accord tous les deux")
    alice.page.locator("input[name=date]").first.check()
    alice.cliquer("Choisir cette date")
    alice.verifier("rendez-vous", haut="#rendez-vous")
    with alice.page.expect_download() as telechargement:
        alice.cliquer("Ajouter à mon agenda")
    fichier = tmp_path / "seance.ics"
    telechargement.value.save_as(fichier)
    (evenement,) = Calendar.from_ical(fichier.read_bytes()).events
    assert evenement.start == Seance.objects.get().debut

    brune.page.reload()
    brune.voit("Ajouter à mon agenda")
    brune.cliquer("Proposer une séance")  # the other gift's: its page too is checked
    alice.ouvrir(brune.page.url.removeprefix(serveur.adresse))
    alice.verifier()
