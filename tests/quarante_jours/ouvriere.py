"""The worker of the story: in this process, or the real one in a process of its own, killed on the way.

The process is a fork: it has the story's clock, and the very worker that production runs. What is due at this
hour is put in the queue as the periodic scheduler would.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import random
import signal
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from asgiref.sync import SyncToAsync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.periodic import PeriodicTask

from echange.socle.tasks import TACHE_REPRENDRE
from territoires import geocodage
from tests.file_de_travail import executer_la_file

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper

DUREE_MAX = 300  # seconds a worker may take over one hour's queue: beyond, it says where it waits, and ends
TUERIES_DE_SUITE = 3  # then it is let live: the day must end


def programmer(depuis: datetime, instant: datetime) -> None:
    """Enqueue each periodic task once if it was due after `depuis`, up to `instant`."""
    for periodique in sorted(app.periodic_registry.periodic_tasks.values(), key=lambda p: p.task.name):
        nom = periodique.task.name
        if nom != TACHE_REPRENDRE and _prochaine(periodique, depuis) <= instant:
            app.configure_task(nom, queueing_lock=nom).defer(timestamp=int(instant.timestamp()))


def _prochaine(periodique: PeriodicTask[..., Any, Any], depuis: datetime) -> datetime:
    instant: datetime = periodique.croniter.get_next(datetime, start_time=depuis)
    return instant


def travailler_ici() -> None:
    """Empty the queue in this process."""
    executer_la_file()


@dataclass
class OuvriereMortelle:
    """Empties the queue by real workers; at hours drawn from `graine`, kills them at random points."""

    graine: int
    part: float  # of the hours at which somebody dies
    tuees: int = 0
    hasard: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.hasard = random.Random(self.graine)  # noqa: S311  where to strike, not a secret

    def __call__(self) -> None:
        if self.hasard.random() >= self.part:
            executer_la_file()
            return
        for _ in range(self.hasard.randint(1, TUERIES_DE_SUITE)):
            self.tuees += _lancer(tuer_apres=self.hasard.uniform(0.02, 0.6))
            _declarer_mortes()
            with suppress(AlreadyEnqueued):  # by the last one killed, before it was taken
                app.configure_task(TACHE_REPRENDRE, queueing_lock="tout de suite").defer(timestamp=0)
        assert not _lancer(tuer_apres=None)


def _lancer(*, tuer_apres: float | None) -> bool:
    """Run the real worker until the queue is empty, or kill -9 after that time; say whether it was."""
    _oublier_la_base()
    enfant = os.fork()
    if enfant == 0:
        _etre_ouvriere()
    if tuer_apres is None:
        _, issue = os.waitpid(enfant, 0)
        assert issue == 0, f"worker ended with {issue}"
        return False
    limite = time.monotonic() + tuer_apres
    while time.monotonic() < limite:
        fini, issue = os.waitpid(enfant, os.WNOHANG)
        if fini:
            assert issue == 0, f"worker ended with {issue}"
            return False
        time.sleep(0.005)
    os.kill(enfant, signal.SIGKILL)
    os.waitpid(enfant, 0)
    return True


def _oublier_la_base() -> None:
    """Two processes must not talk over one connection: the child inherits none, not even the pool's."""
    connection.close()
    cast("DatabaseWrapper", connection).close_pool()


def _etre_ouvriere() -> None:
    """In the child: work, and go without saying goodbye."""
    issue = 1
    try:
        faulthandler.dump_traceback_later(DUREE_MAX, exit=True)
        _reprendre_des_fils()
        assert isinstance(app.connector, DjangoConnector)
        with app.replace_connector(app.connector.get_worker_connector()):
            asyncio.run(_travailler())
        issue = 0
    except BaseException:  # the process ends here: nobody above would say what of
        traceback.print_exc()
        raise
    finally:
        os._exit(issue)


def _reprendre_des_fils() -> None:
    """A fork has one thread: whoever waits for those of before waits for ever."""
    SyncToAsync.single_thread_executor = ThreadPoolExecutor(max_workers=1)
    geocodage._fils = ThreadPoolExecutor(max_workers=1)


async def _travailler() -> None:
    async with app.open_async():
        await app.run_worker_async(
            wait=False, concurrency=1, install_signal_handlers=False, delete_jobs="successful"
        )


def _declarer_mortes() -> None:
    """Let half a minute pass: what a worker that no longer answers is given up after."""
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")


Ouvriere = Callable[[], None]
