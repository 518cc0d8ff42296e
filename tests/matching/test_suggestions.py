"""One process, several threads, one model of the words."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from matching import suggestions
from matching.moteur.suggestion import Modele

pytestmark = pytest.mark.django_db
LONGTEMPS = 10.0  # seconds: only a thread that never comes waits so long


def test_pendant_qu_un_fil_apprend_les_autres_repondent_avec_ce_qu_ils_savaient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ancien = suggestions.modele()
    commence, finir = Event(), Event()

    def apprendre_lentement() -> Modele:
        commence.set()
        assert finir.wait(LONGTEMPS)
        return Modele({}, lexique=suggestions.lexique())

    monkeypatch.setattr(suggestions, "_apprendre", apprendre_lentement)
    monkeypatch.setattr(suggestions, "version_recente", lambda: -1)  # the tree has changed
    with ThreadPoolExecutor(1) as fils:
        apprentissage = fils.submit(suggestions.modele)
        assert commence.wait(LONGTEMPS)
        assert suggestions.modele() is ancien
        finir.set()
        nouveau = apprentissage.result(LONGTEMPS)
    assert nouveau is not ancien
    assert suggestions.modele() is nouveau


def test_deux_fils_qui_ne_savent_rien_n_apprennent_qu_une_fois(monkeypatch: pytest.MonkeyPatch) -> None:
    suggestions.oublier()
    appris = 0
    tous_la = Event()

    def apprendre() -> Modele:
        nonlocal appris
        appris += 1
        tous_la.wait(0.2)  # leave the other the time to come to the door
        return Modele({}, lexique=suggestions.lexique())

    monkeypatch.setattr(suggestions, "_apprendre", apprendre)
    monkeypatch.setattr(suggestions, "version_recente", lambda: 1)
    with ThreadPoolExecutor(2) as fils:
        un, autre = fils.map(lambda _: suggestions.modele(), range(2))
    assert un is autre
    assert appris == 1
