"""QuerySets for the live sockets: compiled once, run again and again on the asynchronous pool.

The SQL is the QuerySets' own: `Lecture` runs one with other values; a statement that writes is the same text
as its synchronous twin's, made of `en_sql`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import Lookup, QuerySet

from echange.socle.base_asynchrone import Rangees, executer
from echange.socle.en_lot import EnLot

Empreinte = bytes  # of everything that a reading answered
INCONNUE = b""
REPIT = 0.01  # seconds between two readings for many: pages that open at the same time ask together


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
    """`filter(Parmi(F("champ"), témoin))`: a list is one parameter (`en_tableau`), not one for each of it."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        gauche, parametres = self.process_lhs(compiler, connection)
        sorte = self.lhs.output_field.cast_db_type(connection)
        return f"{gauche} = ANY(%s::{sorte}[])", (*parametres, self.rhs)


def en_tableau(valeurs: Iterable[object]) -> str:
    """Return these values as PostgreSQL writes an array: one text, whatever their number.

    psycopg looks at each element of a list: to send the statement that writes took the process 152 µs for a
    message alone, 29 for one among forty, and takes 40 and 11 (measured).
    """
    return f"{{{','.join(map(_en_element, valeurs))}}}"


def _en_element(valeur: object) -> str:
    if valeur is None:
        return "NULL"
    if isinstance(valeur, str):
        echappee = valeur.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{echappee}"'
    return str(valeur)


class Lecture:
    """A QuerySet of `values_list`, compiled once, read again and again with other values."""

    def __init__(self, construire: Callable[[], QuerySet[Any, Any]], temoins: Mapping[Any, str]) -> None:
        self._construire, self._temoins = construire, temoins

    @cached_property
    def _compilee(self) -> tuple[str, dict[str, Any]]:
        return en_sql(self._construire(), self._temoins)

    async def __call__(self, **valeurs: Any) -> Rangees:
        sql, constantes = self._compilee
        return await executer(sql, {**constantes, **valeurs})


class LectureSiChange:
    """The same, told what was known (the print of an answer): rows come only when it is no longer so.

    Their first column is never null.
    """

    def __init__(self, construire: Callable[[], QuerySet[Any, Any]], temoins: Mapping[Any, str]) -> None:
        self._construire, self._temoins = construire, temoins

    @cached_property
    def _compilee(self) -> tuple[str, dict[str, Any]]:
        sql, constantes = en_sql(self._construire(), self._temoins)
        enonce = f"""
            WITH lue AS MATERIALIZED ({sql}), empreinte AS (
                SELECT sha256(convert_to(coalesce(string_agg(lue::text, ','), ''), 'UTF8')) AS toute FROM lue
            )
            SELECT toute, lue.* FROM empreinte LEFT JOIN lue ON toute <> %(su)s
            """  # noqa: S608  made of our own constants
        return condenser(enonce), constantes

    async def __call__(self, su: Empreinte, **valeurs: Any) -> tuple[Empreinte, Rangees]:
        """Return the print of what is now, and its rows; none when it is `su`."""
        sql, constantes = self._compilee
        rangees = await executer(sql, {**constantes, **valeurs, "su": su})
        return rangees[0][0], [tuple(lue) for _, *lue in rangees if lue[0] is not None]


class LectureEnLot:
    """The same, for what many ask at one time, each with her own values: one statement reads for all.

    `temoins`: the values the QuerySet was built with, the parameter's name and SQL type. Rows come in the
    QuerySet's order.
    """

    def __init__(
        self, construire: Callable[[], QuerySet[Any, Any]], temoins: Mapping[Any, tuple[str, str]]
    ) -> None:
        self._construire, self._temoins = construire, temoins
        self._en_lot: EnLot[Mapping[str, Any], Rangees] = EnLot(
            self._lire, de_front=2, maximum=100, repit=REPIT
        )

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
        noms = [nom for nom, _ in self._temoins.values()]
        colonnes = {nom: en_tableau(demande[nom] for demande in demandes) for nom in noms}
        lues: list[Rangees] = [[] for _ in demandes]
        for *rangee, _ordre, rang in await executer(sql, constantes | colonnes):
            lues[rang - 1].append(tuple(rangee))
        return lues

    async def __call__(self, **valeurs: Any) -> Rangees:
        return await self._en_lot(valeurs)
