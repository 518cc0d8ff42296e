"""QuerySets on the asynchronous pool: what is written as one text arrives as it was; only news comes back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from channels.db import database_sync_to_async
from django.db import connection
from django.db.models import F

from echange.asgi import arreter_le_direct
from echange.socle.requetes_asynchrones import INCONNUE, LectureSiChange, Parmi, en_tableau
from profils.models import Utilisateur

MAUVAISE_FOI = [
    "",
    " ",
    "NULL",
    "null",
    '"',
    "\\",
    '\\"',
    "a,b",
    "{}",
    "}{",
    "'; DROP TABLE x; --",
    "é\n\t\r",
    "%s",
]
INSTANT = datetime(2026, 3, 2, 22, 50, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sorte", "valeurs"),
    [
        ("text", [*MAUVAISE_FOI, None]),
        ("bigint", [1, -(2**63), 2**63 - 1, None]),
        ("boolean", [True, False, None]),
        ("uuid", [UUID(int=0), UUID(int=2**128 - 1), None]),
        ("timestamptz", [INSTANT, None]),
        ("text", []),
    ],
)
@pytest.mark.django_db
def test_un_tableau_arrive_comme_il_est_parti(sorte: str, valeurs: list[Any]) -> None:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT lue FROM unnest(%s::{sorte}[]) AS lue", [en_tableau(valeurs)])  # noqa: S608
        assert [lue for (lue,) in curseur.fetchall()] == valeurs


@pytest.fixture
async def prenoms() -> AsyncIterator[LectureSiChange]:
    """Keys and first names of these people, when they are not suspended."""
    yield LectureSiChange(
        lambda: (
            Utilisateur.objects.filter(Parmi(F("pk"), "témoin"), is_active=True)
            .values_list("pk", "first_name")
            .order_by("pk")
        ),
        {"témoin": "personnes"},
    )
    await arreter_le_direct()


def _changer(personne: Utilisateur, **valeurs: object) -> Any:
    return database_sync_to_async(Utilisateur.objects.filter(pk=personne.pk).update)(**valeurs)


@pytest.mark.django_db(transaction=True)
async def test_seul_ce_qui_a_change_revient(prenoms: LectureSiChange, boulangere: Utilisateur) -> None:
    siens = {"personnes": en_tableau([boulangere.pk])}
    su, rangees = await prenoms(INCONNUE, **siens)
    assert rangees == [(boulangere.pk, "Alice")]
    assert await prenoms(su, **siens) == (su, [])
    await _changer(boulangere, first_name="Alix")
    autre, rangees = await prenoms(su, **siens)
    assert autre != su
    assert rangees == [(boulangere.pk, "Alix")]
    await _changer(boulangere, first_name="Alice")
    assert await prenoms(su, **siens) == (su, [])


@pytest.mark.django_db(transaction=True)
async def test_n_avoir_plus_rien_est_un_changement_aussi(
    prenoms: LectureSiChange, boulangere: Utilisateur
) -> None:
    siens = {"personnes": en_tableau([boulangere.pk])}
    su, _ = await prenoms(INCONNUE, **siens)
    await _changer(boulangere, is_active=False)
    rien, rangees = await prenoms(su, **siens)
    assert (rien not in {su, INCONNUE}, rangees) == (True, [])
    assert await prenoms(rien, **siens) == (rien, [])
