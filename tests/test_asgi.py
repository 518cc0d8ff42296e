"""What the server does when it starts and when it stops."""

from typing import Any

import pytest
from django.db import OperationalError

from echange import asgi
from matching import suggestions


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


async def test_le_site_demarre_meme_si_la_base_est_injoignable(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def injoignable() -> None:
        raise OperationalError

    monkeypatch.setattr(suggestions, "modele", injoignable)

    assert await vivre() == COMPLET
    assert "Base injoignable au démarrage" in caplog.text
