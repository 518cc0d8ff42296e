"""The real worker, killed again and again while it sends: nothing lost, nothing read twice."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import F
from procrastinate.contrib.django import app

from messagerie.models import EtatEnvoi, Notification
from messagerie.notifications.boite import REPRISE, TACHE_EXPEDIER, prevenir
from tests.fabriques import creer_utilisateur
from tests.facteur import Facteur
from tests.file_de_travail import lancer_ouvriere
from tests.messagerie.notifications.conftest import avis

PERSONNES, MORTS = 24, 2
ATTENTE_MAX = 60  # seconds


@pytest.mark.django_db(transaction=True)
def test_l_ouvriere_tuee_deux_fois_envoie_a_chacun_un_courriel(tmp_path: Path) -> None:
    hasard = random.Random(11)  # noqa: S311  not a secret
    facteur = Facteur()
    facteur.lenteur = 0.05
    with facteur.ouvert():
        personnes = [creer_utilisateur(f"Personne{rang}") for rang in range(PERSONNES)]
        with transaction.atomic():
            prevenir(avis(), personnes)
        for _ in range(MORTS):
            _envoyer_puis_tuer(tmp_path, facteur, hasard)
            _laisser_passer_le_delai()
        with lancer_ouvriere(tmp_path, smtp=facteur.port) as derniere:
            _attendre(lambda: not Notification.objects.exclude(etat_envoi=EtatEnvoi.ENVOYE).exists())
            derniere.terminate()
    lus = facteur.sans_doublon().values()
    assert sorted(str(m["To"]) for m in lus) == sorted(p.email for p in personnes)
    assert len(facteur.recus) <= PERSONNES + MORTS  # at most the mail each death caught in flight
    assert len(facteur.recus) >= PERSONNES


def _envoyer_puis_tuer(dossier: Path, facteur: Facteur, hasard: random.Random) -> None:
    avant = len(facteur.recus)
    cible = avant + hasard.randint(1, 8)
    with lancer_ouvriere(dossier, smtp=facteur.port) as ouvriere:
        _attendre(lambda: len(facteur.recus) >= cible)
        time.sleep(hasard.uniform(0, 0.06))
        ouvriere.kill()
    assert len(facteur.recus) < PERSONNES + MORTS


def _laisser_passer_le_delai() -> None:
    """As if the time had passed after which a dead worker's mail is taken again, and its job put back."""
    tenues = Notification.objects.filter(etat_envoi=EtatEnvoi.EN_COURS)
    tenues.update(reprendre_apres=F("reprendre_apres") - REPRISE - timedelta(seconds=1))
    app.configure_task(TACHE_EXPEDIER).defer()  # the periodic sweep would come within the minute


def _attendre(est_fait: Callable[[], bool]) -> None:
    fin = time.monotonic() + ATTENTE_MAX
    while not est_fait():
        assert time.monotonic() < fin, "the worker takes too long"
        time.sleep(0.01)
