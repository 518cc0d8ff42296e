"""« Prévenez-moi »: nobody around today; somebody publishes, and a mail says so."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse

from echange.socle.demo import lire_courriels
from tests.file_de_travail import attendre
from tests.matching.scenes import membre, offrir, voisine
from tests.parcours.conftest import Personne

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


def test_une_recherche_vide_finit_par_trouver(
    personne: Callable[..., Personne], boite_aux_lettres: Path
) -> None:
    boulangerie, menuiserie = voisine("Boulangerie du Mail"), voisine("Menuiserie du Mail", decalage_m=900)
    alix = personne("Alix")
    alix.entrer_comme(membre(boulangerie))

    alix.ouvrir(f"{reverse('matching:recherche')}?texte=un+site+internet&commune=Rennes&rayon=10")
    alix.cliquer("Prévenez-moi")
    alix.voit("Prévenez-moi quand quelqu’un se présente")
    alix.verifier()
    alix.page.get_by_role("button", name="Prévenez-moi").click()
    alix.voit("un site internet")
    alix.verifier()

    offrir(menuiserie, "site-vitrine", texte="Je fais des sites internet.")
    adresse = membre(boulangerie).email
    attendre(lambda: any(c.destinataire == adresse for c in lire_courriels(boite_aux_lettres)), secondes=60)
    (courriel,) = (c for c in lire_courriels(boite_aux_lettres) if c.destinataire == adresse)
    assert "Menuiserie du Mail" in courriel.texte
    alix.ouvrir(reverse("messagerie:notifications"))
    alix.voit("Menuiserie du Mail")
