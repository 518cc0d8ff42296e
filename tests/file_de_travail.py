"""Background work in tests: what was enqueued in the test's own transaction, run at once in this process."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def travaux_en_attente(nom: str = "") -> list[ProcrastinateJob]:
    """Return the jobs waiting, in the order a worker takes them; `nom` keeps one task's."""
    travaux = ProcrastinateJob.objects.filter(status="todo").order_by("-priority", "pk")
    return list(travaux.filter(task_name=nom) if nom else travaux)


def executer_la_file() -> int:
    """Run every waiting job, and those they enqueue; return how many ran. A failure is raised."""
    nombre = 0
    while travaux := travaux_en_attente():
        for travail in travaux:
            app.tasks[travail.task_name].func(**travail.args)
            with connection.cursor() as curseur:  # the model is read-only, and no worker is here to finish it
                curseur.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [travail.pk])
            nombre += 1
    return nombre
