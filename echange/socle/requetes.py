"""Statements whose plan the connection keeps: long ones, run often, that take longer to plan than to run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Curseur(psycopg.Cursor[Any]):
    """Its parameters go to the server apart: the text is always the same, and is prepared once."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Curseur":
        return super().execute(query, params, **(options | {"prepare": True}))


@contextmanager
def curseur_prepare() -> Iterator[CursorWrapper]:
    """Yield a Django cursor, counted and watched as any other, that prepares what it executes.

    Only these are prepared: `prepare_threshold` in the settings is out of reach. Behind PgBouncer in
    transaction mode this needs its version 1.21 or later.
    """
    connection.ensure_connection()
    curseur: Any = _Curseur(connection.connection)  # Django's stubs take its own cursors only
    faire = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with faire(curseur) as enveloppe:
        yield enveloppe
