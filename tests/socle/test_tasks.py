"""A job whose worker was killed is done by another: the real worker, really killed."""

from pathlib import Path

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from echange.socle.tasks import REPRISES_MAX
from tests.file_de_travail import lancer_ouvriere, programmer_reprise

pytestmark = pytest.mark.django_db(transaction=True)

# Any task will do: this one has nothing to do, and deletes its job when it has done it.
TACHE = "matching.etendre_aretes"


def laisser_en_plan(*, essais: int = 0, verrou: str | None = None) -> int:
    """A job that a worker had begun, and that no living worker holds."""
    cle: int = app.configure_task(TACHE, queueing_lock=verrou).defer(savoir_faire=0)
    with connection.cursor() as curseur:
        curseur.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s", [essais, cle]
        )
    return cle


def reprendre(tmp_path: Path) -> str:
    """Run the recovery in a real worker, until the queue is empty; return its log."""
    programmer_reprise()
    ouvriere = lancer_ouvriere(tmp_path, "--one-shot", "--concurrency=1")
    _, journal = ouvriere.communicate(timeout=60)
    assert ouvriere.returncode == 0, journal
    return journal


def test_un_travail_laisse_en_plan_est_repris_et_fini(tmp_path: Path) -> None:
    cle = laisser_en_plan()
    journal = reprendre(tmp_path)
    assert f"Travail {cle} ({TACHE}) repris" in journal
    assert not ProcrastinateJob.objects.filter(task_name=TACHE).exists()


def test_un_travail_qui_tue_ses_ouvrieres_est_abandonne(tmp_path: Path) -> None:
    cle = laisser_en_plan(essais=REPRISES_MAX)
    assert f"Travail {cle} ({TACHE}) abandonné" in reprendre(tmp_path)
    assert ProcrastinateJob.objects.get(pk=cle).status == "failed"


def test_un_travail_deja_remplace_ne_se_fait_pas_deux_fois(tmp_path: Path) -> None:
    laisser_en_plan(verrou="un seul")
    plus_tard = app.configure_task(TACHE, queueing_lock="un seul", schedule_in={"hours": 1})
    remplacant = plus_tard.defer(savoir_faire=0)
    assert "repris" not in reprendre(tmp_path)
    assert list(ProcrastinateJob.objects.filter(task_name=TACHE).values_list("pk", flat=True)) == [remplacant]


def test_une_ouvriere_vivante_garde_son_travail(tmp_path: Path) -> None:
    cle = laisser_en_plan()
    with connection.cursor() as curseur:
        curseur.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        curseur.execute(
            "UPDATE procrastinate_jobs SET worker_id = %s WHERE id = %s", [curseur.fetchone()[0], cle]
        )
    reprendre(tmp_path)
    assert ProcrastinateJob.objects.get(pk=cle).status == "doing"
