"""Prepared statements: the server plans once, and Django watches them as it does any other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from echange.socle.requetes import curseur_prepare

pytestmark = pytest.mark.django_db

SOMME = "SELECT %(a)s::int + %(b)s::int AS une_somme_preparee"


def _preparees() -> list[str]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%%preparee%%'")
        return [texte for (texte,) in curseur.fetchall() if "pg_prepared_statements" not in texte]


def test_une_requete_longue_n_est_preparee_qu_une_fois_et_se_compte() -> None:
    with CaptureQueriesContext(connection) as requetes:
        for a in (1, 2, 3):
            with curseur_prepare() as curseur:
                curseur.execute(SOMME, {"a": a, "b": 10})
                assert curseur.fetchone() == (a + 10,)
    assert len(requetes) == 3
    assert len(_preparees()) == 1


def test_les_autres_ne_le_sont_jamais() -> None:
    for _ in range(8):
        with connection.cursor() as curseur:
            curseur.execute("SELECT 1 AS jamais_preparee")
    assert _preparees() == []
