"""Background work of the infrastructure: nothing that was enqueued stays unfinished."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from echange.socle.courriels import PRIORITE_URGENTE

journal = logging.getLogger(__name__)

# Times a job may lose its worker: one that kills every worker it meets (memory, a bug in a library) must not
# take them all, for ever.
REPRISES_MAX = 5
TACHE_REPRENDRE = "socle.reprendre_travaux"


@app.periodic(cron="* * * * *")
@app.task(name=TACHE_REPRENDRE, queueing_lock=TACHE_REPRENDRE, priority=PRIORITE_URGENTE, pass_context=True)
async def reprendre_travaux(context: JobContext, timestamp: int) -> None:
    """Put back in the queue, whatever the queue, the jobs whose worker was killed.

    procrastinate leaves them « doing »: a worker says it is alive every 10 s, and is given up after 30 s. A
    job may therefore run twice, wholly or in part: every task must bear it.
    """
    travaux = context.app.job_manager
    for travail in await travaux.get_stalled_jobs():
        try:
            await _reprendre(travaux, travail)
        except ConnectorException as erreur:  # another worker did it at the same instant
            journal.info("Travail %s déjà repris : %s", travail.id, erreur)


async def _reprendre(travaux: JobManager, travail: Job) -> None:
    if travail.attempts >= REPRISES_MAX:
        journal.error("Travail %s (%s) abandonné : il tue son ouvrière.", travail.id, travail.task_name)
        await travaux.finish_job(travail, Status.FAILED, delete_job=False)
    elif await _a_un_remplacant(travaux, travail):
        await travaux.finish_job(travail, Status.FAILED, delete_job=True)
    else:
        journal.warning("Travail %s (%s) repris.", travail.id, travail.task_name)
        await travaux.retry_job(travail)


async def _a_un_remplacant(travaux: JobManager, travail: Job) -> bool:
    """The same work already waits, under the lock that admits one at a time."""
    verrou = travail.queueing_lock
    return bool(verrou and list(await travaux.list_jobs_async(queueing_lock=verrou, status="todo")))
