"""Background work of messagerie (found by procrastinate under this name)."""

from procrastinate.contrib.django import app

from messagerie.notifications import boite


@app.task(name=boite.TACHE_EXPEDIER, pass_context=False)
def expedier() -> None:
    """Send what is due now: enqueued with each fact that has a mail to send at once."""
    boite.expedier()


@app.periodic(cron="* * * * *")
@app.task(name="messagerie.expedier_en_retard", queueing_lock="messagerie.expedier_en_retard")
def expedier_en_retard(timestamp: int) -> None:
    """Every minute: digests, mails held for the night, and those to try again."""
    boite.expedier()
