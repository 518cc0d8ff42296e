"""A small pool of asynchronous connections, for what the live sockets ask of the database all day long.

A thread and an ORM call for each frame stop at 200–270 messages a second (measured, docs/adr/0013). Here the
SQL is still the QuerySets' own: `Lecture` compiles one once and runs it with other values; a statement
that writes is the same text as its synchronous twin's.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.conf import settings
from django.db import connections
from django.db.models import Lookup, QuerySet
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from echange.socle.en_lot import EnLot, finir_les_lots

ATTENTE_MAX = 5.0  # seconds waited for a connection
FIN_MAX = 2.0  # seconds given to what is on its way when the server stops
REPRISES = (0.0, 0.2, 1.0)  # seconds before each attempt
# A few rows by their keys, in tables that are in memory: with the usual price of a page PostgreSQL would
# rather read a small table whole, each time (0.2 ms a message, among 200 people).
EN_MEMOIRE = " -c random_page_cost=1.1"
Bassin = AsyncConnectionPool[psycopg.AsyncConnection[Any]]
_bassins: WeakKeyDictionary[asyncio.AbstractEventLoop, Bassin] = WeakKeyDictionary()


class BaseInjoignable(Exception):
    """The database did not answer, several times over."""


def parametres_de_connexion(nom: str) -> dict[str, Any]:
    """Return the default database's parameters, less Django's own; `nom` shows in `pg_stat_activity`."""
    parametres: dict[str, Any] = connections["default"].get_connection_params()
    for propre_a_django in ("context", "cursor_factory"):
        parametres.pop(propre_a_django, None)
    parametres["options"] += EN_MEMOIRE
    return {"connect_timeout": 10, **parametres, "application_name": nom}


async def executer(sql: str, valeurs: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement, committed when it returns; return its rows.

    Tried again when the connection breaks, so give it only what may run twice. Raises `BaseInjoignable`.
    """
    for attente in REPRISES:
        if attente:  # even a sleep of nothing lets the whole loop turn once
            await asyncio.sleep(attente)
        try:
            async with (await _bassin()).connection() as connexion:
                curseur = await connexion.execute(sql.encode(), valeurs)
                return await curseur.fetchall()
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as erreur:
            derniere = erreur
    raise BaseInjoignable from derniere


async def fermer() -> None:
    """Close this event loop's connections, once what is on its way has arrived."""
    await finir_les_lots(FIN_MAX)
    bassin = _bassins.pop(asyncio.get_running_loop(), None)
    if bassin is not None:
        await bassin.close(timeout=1)


async def _bassin() -> Bassin:
    boucle = asyncio.get_running_loop()
    if boucle not in _bassins:
        _bassins[boucle] = Bassin(
            kwargs={**parametres_de_connexion("echange_direct"), "autocommit": True, "prepare_threshold": 1},
            min_size=1,
            max_size=settings.CONNEXIONS_DIRECT,
            timeout=ATTENTE_MAX,
            open=False,
            name="direct",
        )
        await _bassins[boucle].open()
    return _bassins[boucle]


class Colonne(str):
    """A column of the statement that a QuerySet's SQL is put in: `Colonne("demande.par")`."""

    __slots__ = ()


def en_sql(
    requete: QuerySet[Any, Any], temoins: Mapping[Any, str], *, prefixe: str = "constante"
) -> tuple[str, dict[str, Any]]:
    """Return a QuerySet's SQL with named parameters, and its constants.

    `temoins`: the values it was built with, each unlike any other, and the name of the parameter, or the
    `Colonne`, that takes their place.
    `prefixe`: of the constants' names, one for each QuerySet that a statement is made of.
    """
    sql, parametres = requete.query.sql_with_params()
    constantes = {f"{prefixe}_{rang}": valeur for rang, valeur in enumerate(parametres)}
    noms = [temoins.get(valeur, f"{prefixe}_{rang}") for rang, valeur in enumerate(parametres)]
    constantes = {nom: valeur for nom, valeur in constantes.items() if nom in noms}
    places = [nom if isinstance(nom, Colonne) else f"%({nom})s" for nom in noms]
    return sql % tuple(places), constantes


def condenser(sql: str) -> str:
    """Return the same statement on one line (it holds no literal with spaces in it).

    psycopg remembers where the parameters of a statement are, up to 4 096 characters; beyond, it reads the
    whole text again each time.
    """
    return " ".join(sql.split())


class Parmi(Lookup):
    """`filter(Parmi(F("champ"), témoin))`: a list is one parameter (`en_liste`), `__in` makes one of each."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        gauche, parametres = self.process_lhs(compiler, connection)
        sorte = self.lhs.output_field.cast_db_type(connection)
        return f"{gauche} = ANY(string_to_array(%s, ',')::{sorte}[])", (*parametres, self.rhs)


def en_liste(valeurs: Iterable[int | str]) -> str:
    """What `Parmi` takes: keys without commas, as one text. Arrays took a third of a round (profiled)."""
    return ",".join(map(str, valeurs))


Rangees = list[tuple[Any, ...]]


class Lecture:
    """A QuerySet of `values_list`, compiled once, read again and again with other values."""

    def __init__(self, construire: Callable[[], QuerySet[Any, Any]], temoins: Mapping[Any, str]) -> None:
        self._construire, self._temoins = construire, temoins

    @cached_property
    def _compilee(self) -> tuple[str, dict[str, Any]]:
        return en_sql(self._construire(), self._temoins)

    async def __call__(self, **valeurs: Any) -> list[tuple[Any, ...]]:
        sql, constantes = self._compilee
        return await executer(sql, {**constantes, **valeurs})


class LectureEnLot:
    """The same, for what many ask at one time, each with her own values: one statement reads for all.

    `temoins`: the values the QuerySet was built with, the parameter's name and SQL type. Rows come in the
    QuerySet's order.
    """

    def __init__(
        self, construire: Callable[[], QuerySet[Any, Any]], temoins: Mapping[Any, tuple[str, str]]
    ) -> None:
        self._construire, self._temoins = construire, temoins
        self._en_lot: EnLot[Mapping[str, Any], Rangees] = EnLot(self._lire, de_front=2, maximum=100)

    @cached_property
    def _compilee(self) -> tuple[str, dict[str, Any]]:
        colonnes = {temoin: Colonne(f"demande.{nom}") for temoin, (nom, _) in self._temoins.items()}
        sql, constantes = en_sql(self._construire(), colonnes)
        tableaux = ", ".join(f"%({nom})s::{sorte}[]" for nom, sorte in self._temoins.values())
        noms = ", ".join(nom for nom, _ in self._temoins.values())
        enonce = f"""
            SELECT lue.*, demande.rang FROM unnest({tableaux}) WITH ORDINALITY AS demande ({noms}, rang)
            CROSS JOIN LATERAL (SELECT *, row_number() OVER () AS ordre FROM ({sql}) AS une) AS lue
            ORDER BY demande.rang, lue.ordre
            """  # noqa: S608  made of our own constants
        return enonce, constantes

    async def _lire(self, demandes: Sequence[Mapping[str, Any]]) -> list[Rangees]:
        sql, constantes = self._compilee
        colonnes = {nom: [demande[nom] for demande in demandes] for nom, _ in self._temoins.values()}
        lues: list[Rangees] = [[] for _ in demandes]
        for *rangee, _ordre, rang in await executer(sql, constantes | colonnes):
            lues[rang - 1].append(tuple(rangee))
        return lues

    async def __call__(self, **valeurs: Any) -> Rangees:
        return await self._en_lot(valeurs)
