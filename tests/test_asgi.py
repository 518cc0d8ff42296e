"""What the server does when it starts and when it stops."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError

from echange import asgi
from matching import suggestions


@pytest.fixture(autouse=True)
def rendu_au_ramasse_miettes() -> Iterator[None]:
    """The tests' process is not a server: nothing stays aside in it."""
    seuils = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*seuils)


async def vivre() -> list[str]:
    """Start and stop; return what the application told its server."""
    dits: list[str] = []

    async def recevoir() -> dict[str, Any]:
        return {}

    async def dire(message: Any) -> None:
        dits.append(message["type"])

    await asgi.vie({"type": "lifespan"}, recevoir, dire)
    return dits


COMPLET = ["lifespan.startup.complete", "lifespan.shutdown.complete"]


@pytest.mark.django_db(transaction=True)
async def test_le_premier_visiteur_n_attend_pas_que_les_mots_soient_appris() -> None:
    suggestions.oublier()

    assert await vivre() == COMPLET

    appris = suggestions._appris
    assert appris is not None
    assert appris.modele.codes


@pytest.mark.django_db(transaction=True)
async def test_ce_qui_est_charge_n_occupe_plus_le_ramasse_miettes() -> None:
    assert gc.get_freeze_count() == 0

    await vivre()

    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold() == asgi.SEUILS


@pytest.mark.django_db(transaction=True)  # the thread may still hold an earlier test's connection
async def test_le_site_demarre_meme_si_la_base_est_injoignable(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def injoignable() -> None:
        raise OperationalError

    monkeypatch.setattr(suggestions, "modele", injoignable)

    assert await vivre() == COMPLET
    assert "Base injoignable au démarrage" in caplog.text
