"""Background work in tests: run at once in this process, or by the real worker in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from echange.socle.tasks import TACHE_REPRENDRE

RACINE = Path(__file__).resolve().parents[1]


def travaux_en_attente(nom: str = "") -> list[ProcrastinateJob]:
    """Return the jobs waiting, in the order a worker takes them; `nom` keeps one task's."""
    travaux = ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "pk")
    return list(travaux.filter(task_name=nom) if nom else travaux)


def executer_la_file(*, sauf: str = "") -> int:
    """Run every waiting job, and those they enqueue; return how many ran. A failure is raised.

    `sauf`: a task whose jobs are left waiting.
    """
    nombre = 0
    while travaux := [t for t in travaux_en_attente() if t.task_name != sauf]:
        for travail in travaux:
            app.tasks[travail.task_name].func(**travail.args)
            with connection.cursor() as curseur:  # the model is read-only, and no worker is here to finish it
                curseur.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [travail.pk])
            nombre += 1
    return nombre


def lancer_ouvriere(
    courriels: Path, *options: str, adresse_du_site: str = "", smtp: int | None = None
) -> subprocess.Popen[str]:
    """Start the real worker on the test database (with real transactions); its mails go to `courriels`,
    or to the mail server of port `smtp`.

    Its log is read on `stderr` when `options` make it stop by itself (`--one-shot`); otherwise it is lost.
    """
    base = connection.settings_dict
    adresse = urlencode({"host": base["HOST"], "port": base["PORT"], "user": base["USER"]})
    return subprocess.Popen(  # noqa: S603  our own command
        [sys.executable, RACINE / "manage.py", "procrastinate", "worker", *options],
        env=os.environ
        | {
            "ECHANGE_MODE": "test" if smtp else "demo",
            "SMTP_HOTE": "127.0.0.1",
            "SMTP_PORT": str(smtp or 25),
            "DATABASE_URL": f"postgresql:///{base['NAME']}?{adresse}",
            "ADRESSE_DU_SITE": adresse_du_site or "http://localhost:8000",
            "COURRIELS_DIR": str(courriels),
        },
        stderr=subprocess.PIPE if options else subprocess.DEVNULL,
        text=True,
    )


def attendre(fait: Callable[[], object], *, secondes: float = 30) -> None:
    """Wait until `fait()` is true, or fail."""
    limite = time.monotonic() + secondes
    while not fait():
        assert time.monotonic() < limite, "rien n’est venu"
        time.sleep(0.05)


def programmer_reprise() -> None:
    """Ask now for the recovery that comes every minute (and that may be waiting already)."""
    app.configure_task(TACHE_REPRENDRE, queueing_lock="tout de suite").defer(timestamp=0)


@contextmanager
def rangees_tenues(rangees: QuerySet[Any]) -> Iterator[Callable[[], bool]]:
    """Hold these rows against any write; yield what says that a worker waits for them.

    The session of a worker killed meanwhile ends before they are let go: PostgreSQL would still write for it.
    """
    with transaction.atomic(), connection.cursor() as curseur:
        list(rangees.select_for_update())

        def est_attendue() -> bool:
            # within a transaction the sessions listed first are listed again: one that came since is missed
            curseur.execute("SELECT pg_stat_clear_snapshot()")
            curseur.execute("SELECT pid" + _QUI_ATTEND)
            return bool(curseur.fetchall())

        yield est_attendue
        curseur.execute("SELECT pg_terminate_backend(pid)" + _QUI_ATTEND)
        attendre(lambda: not est_attendue())


_QUI_ATTEND = " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def tuer_ouvriere(ouvriere: subprocess.Popen[str]) -> None:
    """kill -9, and let half a minute pass: what a worker that no longer answers is given up after."""
    ouvriere.kill()
    ouvriere.wait(timeout=10)
    with connection.cursor() as curseur:
        curseur.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
