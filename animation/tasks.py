"""Background work of animation (found by procrastinate under this name)."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from animation.services import temoignages


@app.task(name=temoignages.TACHE_REDIGER, retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def rediger_temoignage(*, temoignage_id: int) -> None:
    """Put the draft of a témoignage in the CMS; done twice is done once."""
    temoignages.rediger_brouillon(temoignage_id=temoignage_id)


@app.periodic(cron="40 3 * * *")
@app.task(
    name="animation.retirer_temoignages", queueing_lock="animation.retirer_temoignages", pass_context=False
)
def retirer_temoignages(timestamp: int) -> None:
    """Every night: no page outlives the agreement it was made for."""
    temoignages.retirer_pages_sans_accord()
