"""Wake-ups: what they cost the base that carries them."""

from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from echange.socle.base_asynchrone import parametres_de_connexion
from echange.socle.reveil import CANAL, NOTIFIER


def durabilite() -> str:
    with connection.cursor() as curseur:
        curseur.execute("SHOW synchronous_commit")
        return str(curseur.fetchone()[0])


def notifier(*charges: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute(NOTIFIER, {"canal": CANAL, "charges": list(charges)})


@pytest.mark.django_db(transaction=True)
def test_un_reveil_n_attend_pas_le_disque_et_lui_seul() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SET synchronous_commit = 'on'")
    with transaction.atomic():
        notifier("un")
        assert durabilite() == "off"
    assert durabilite() == "on"
    notifier("deux")
    assert durabilite() == "on"
    connection.close()  # the setting was this connection's


@pytest.mark.django_db(transaction=True)
def test_plusieurs_reveils_partent_ensemble_chacun_une_fois() -> None:
    parametres: dict[str, Any] = parametres_de_connexion("essai")
    with psycopg.connect(**parametres, autocommit=True) as oreille:
        oreille.execute(f"LISTEN {CANAL}")
        notifier("un", "deux", "trois")
        entendus = [avis.payload for avis in oreille.notifies(timeout=5, stop_after=3)]
    assert entendus == ["un", "deux", "trois"]
