"""The outbox writes to people without an account: an address, mails alone, the same promises."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import override_settings

from echange.socle.horloge import maintenant
from messagerie.models import EtatEnvoi, Notification
from messagerie.notifications.avis import Visiteur
from messagerie.notifications.boite import (
    OUBLI,
    expedier,
    oublier_visiteurs,
    prevenir,
    prevenir_chacun,
)
from profils.models import Utilisateur
from tests.facteur import Facteur
from tests.messagerie.notifications.conftest import avis

pytestmark = pytest.mark.django_db
NINA, OMAR = Visiteur("nina@ailleurs.fr"), Visiteur("omar@ailleurs.fr")
MARDI_14H = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
MARDI_22H = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)


def test_elle_recoit_son_courriel_une_fois_sans_lien_de_preferences(facteur: Facteur) -> None:
    with time_machine.travel(MARDI_14H, tick=False):
        prevenir(avis(), [NINA, NINA])
        prevenir(avis(), [NINA])
        assert expedier() == 1
    (recu,) = facteur.recus
    assert recu["To"] == "nina@ailleurs.fr"
    assert recu["List-Unsubscribe"] is None
    assert "Ne plus recevoir" not in recu.as_string()


def test_chacun_a_le_sien_avec_ou_sans_compte(boulangere: Utilisateur, facteur: Facteur) -> None:
    facteur.refuses = {"nina@ailleurs.fr": "550 No such user"}
    with time_machine.travel(MARDI_14H, tick=False):
        prevenir_chacun([(avis(1), OMAR), (avis(2), boulangere), (avis(3), NINA)])
        assert expedier() == 2
    assert sorted(facteur.destinataires) == ["alice@exemple.fr", "omar@ailleurs.fr"]
    assert Notification.objects.get(adresse=NINA.adresse).etat_envoi == EtatEnvoi.MORT


def test_la_nuit_attend_le_matin_pour_elle_aussi(facteur: Facteur) -> None:
    with time_machine.travel(MARDI_22H, tick=False) as voyage, override_settings(DEMO=False):
        prevenir(avis(), [NINA])
        assert expedier() == 0
        voyage.shift(timedelta(hours=9))
        assert expedier() == 1


def test_une_ligne_a_un_destinataire_et_un_seul(boulangere: Utilisateur) -> None:
    commun = {"genre": "essai", "cle": "1", "envoyer_apres": MARDI_14H}
    for champs in ({}, {"destinataire": boulangere, "adresse": NINA.adresse}):
        with pytest.raises(IntegrityError, match="notification_un_destinataire"), transaction.atomic():
            Notification.objects.create(**commun, **champs)
    Notification.objects.create(**commun, adresse=NINA.adresse)
    with pytest.raises(IntegrityError, match="notification_adresse_unique"), transaction.atomic():
        Notification.objects.create(**commun, adresse=NINA.adresse)


def test_son_adresse_ne_reste_pas(boulangere: Utilisateur, facteur: Facteur) -> None:
    with time_machine.travel(MARDI_14H, tick=False) as voyage:
        prevenir(avis(), [NINA, boulangere])
        expedier()
        voyage.shift(OUBLI + timedelta(days=1))
        Notification.objects.create(
            genre="essai", cle="2", adresse=OMAR.adresse, envoyer_apres=maintenant(), cree_le=MARDI_14H
        )
        assert oublier_visiteurs() == 1
    restent = Notification.objects.values_list("adresse", "destinataire__first_name")
    assert set(restent) == {("omar@ailleurs.fr", None), ("", "Alice")}  # what still waits is not forgotten
