"""The worker killed while it looks for who awaits a listing: nobody is missed, nobody told twice."""

from pathlib import Path

import pytest

from matching.models import Trouvaille, Veille
from matching.services.veilles import TACHE_CHERCHER
from messagerie.models import Notification
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import (
    attendre,
    executer_la_file,
    lancer_ouvriere,
    programmer_reprise,
    rangees_tenues,
    travaux_en_attente,
    tuer_ouvriere,
)
from tests.matching.scenes import guetter, offrir


@pytest.mark.django_db(transaction=True)
def test_tuee_avant_de_le_dire_une_autre_le_dit_une_fois(
    boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise, tmp_path: Path
) -> None:
    guetter(boulangere, boulangerie, "site-vitrine")
    offrir(menuiserie, "site-vitrine")
    executer_la_file(sauf=TACHE_CHERCHER)
    with rangees_tenues(Veille.objects.all()) as est_attendue:
        ouvriere = lancer_ouvriere(tmp_path)
        try:
            attendre(est_attendue, secondes=60)
        finally:
            ouvriere.kill()
    tuer_ouvriere(ouvriere)
    assert not Trouvaille.objects.exists()
    assert not Notification.objects.exists()

    programmer_reprise()
    autre = lancer_ouvriere(tmp_path, "--one-shot", "--concurrency=1")
    _, journal = autre.communicate(timeout=60)
    assert autre.returncode == 0, journal
    assert not travaux_en_attente(TACHE_CHERCHER)
    assert Trouvaille.objects.count() == 1
    assert Notification.objects.filter(destinataire=boulangere).count() == 1
