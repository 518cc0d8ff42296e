"""Timing and printing shared by the benches."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet


@dataclass(frozen=True)
class Mesure:
    """Durations in milliseconds."""

    nom: str
    durees: list[float]

    @property
    def mediane(self) -> float:
        return statistics.median(self.durees)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.durees, n=20)[-1]


def chronometrer(nom: str, actions: Iterable[Callable[[], object]]) -> Mesure:
    """Run each action once and keep its wall time: the application's, Python included."""
    durees = []
    for action in actions:
        debut = time.perf_counter()
        action()
        durees.append((time.perf_counter() - debut) * 1000)
    return Mesure(nom, durees)


def calculer(nom: str, actions: Iterable[Callable[[], object]]) -> Mesure:
    """Run each action once and keep the processor time it takes, here and in its PostgreSQL process.

    What the wall clock would say on a machine with nothing else to do. Linux, PostgreSQL on the same host.
    """
    connection.ensure_connection()
    compteur = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    durees = []
    for action in actions:
        debut = time.process_time_ns() + int(compteur.read_text().split()[0])
        action()
        fin = time.process_time_ns() + int(compteur.read_text().split()[0])
        durees.append((fin - debut) / 1e6)
    return Mesure(nom, durees)


def en_base(nom: str, requetes: Iterable[QuerySet[Any]]) -> Mesure:
    """Return what PostgreSQL itself measures (`EXPLAIN ANALYZE`: planning + execution) for each query."""
    durees = []
    for requete in requetes:
        sql, parametres = requete.query.sql_with_params()
        with connection.cursor() as curseur:
            curseur.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", parametres)
            plan = curseur.fetchone()[0][0]
        durees.append(plan["Planning Time"] + plan["Execution Time"])
    return Mesure(nom, durees)


def imprimer(titre: str, mesures: Iterable[Mesure], reference: Mesure | None = None) -> None:
    """Print a table; ratios are of medians, against the reference measured in this same run."""
    print(f"\n{titre}")
    print(f"  {'':52}{'n':>5}{'médiane':>12}{'p95':>12}{'rapport':>10}")
    for mesure in [*mesures, *([reference] if reference else [])]:
        rapport = f"{mesure.mediane / reference.mediane:.3f}" if reference else ""
        print(
            f"  {mesure.nom:52}{len(mesure.durees):>5}{mesure.mediane:>9.2f} ms{mesure.p95:>9.2f} ms{rapport:>10}"
        )
