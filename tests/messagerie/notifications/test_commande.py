"""The operator's list of mails given up."""

from io import StringIO

import pytest
from django.core.management import call_command

from messagerie.models import EtatEnvoi, Notification
from messagerie.notifications.boite import prevenir
from profils.models import Utilisateur
from tests.messagerie.notifications.conftest import avis


def lancer(*options: str) -> str:
    sortie = StringIO()
    call_command("courriels_abandonnes", *options, stdout=sortie)
    return sortie.getvalue()


@pytest.fixture
def morte(boulangere: Utilisateur) -> Notification:
    prevenir(avis(), [boulangere])
    Notification.objects.update(etat_envoi=EtatEnvoi.MORT, essais=8, erreur="SMTPRecipientsRefused 451")
    return Notification.objects.get()


def test_sans_courriel_abandonne(db: None) -> None:
    assert lancer() == "Aucun courriel abandonné.\n"


def test_la_liste_dit_pourquoi_et_ne_nomme_personne(morte: Notification) -> None:
    sortie = lancer()
    assert f"{morte.uuid}  8 essais\u00a0: SMTPRecipientsRefused 451" in sortie
    assert "alice" not in sortie.lower()
    assert lancer("--genre", "autre", "--rejouer") == "0 courriel remis à envoyer.\n"


def test_rejouer_remet_a_envoyer(morte: Notification) -> None:
    assert "1 courriel remis à envoyer." in lancer("--rejouer")
    morte.refresh_from_db()
    assert (morte.etat_envoi, morte.essais) == (EtatEnvoi.ATTENTE, 0)
