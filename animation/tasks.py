"""Background work of animation (found by procrastinate under this name)."""

from django.core.management import call_command
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from animation import rappels
from animation.avis_relecture import annoncer_les_relectures
from animation.services import abonnements, evenements, inscriptions, lettres, temoignages
from animation.services.declinaisons import prevenir_des_changements


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


@app.task(name=evenements.TACHE_LOCALISER, retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def localiser_evenement(*, evenement_id: int) -> None:
    """Put an event where its address is; done twice is done once."""
    evenements.localiser_evenement(evenement_id=evenement_id)


@app.periodic(cron="* * * * *")
@app.task(name="animation.suivre_agenda", queueing_lock="animation.suivre_agenda", pass_context=False)
def suivre_agenda(timestamp: int) -> None:
    """Every minute: what is on line of events follows their pages, and people are reminded."""
    evenements.suivre_evenements()
    rappels.rappeler_evenements()


@app.periodic(cron="50 3 * * *")
@app.task(
    name="animation.purger_inscriptions", queueing_lock="animation.purger_inscriptions", pass_context=False
)
def purger_inscriptions(timestamp: int) -> None:
    """Every night: names do not outlive an event for more than six months, nor demands two days."""
    inscriptions.purger_inscriptions()
    abonnements.purger_abonnements()


@app.task(name=lettres.TACHE_MENER, pass_context=False)
def mener_lettres() -> None:
    """Somebody has just sent a letter."""
    lettres.mener_lettres()


@app.periodic(cron="* * * * *")
@app.task(name="animation.mener_lettres_dues", queueing_lock="animation.mener_lettres_dues")
def mener_lettres_dues(timestamp: int) -> None:
    """Every minute: letters planned for now, and those whose worker died."""
    lettres.mener_lettres()


@app.periodic(cron="*/5 * * * *")
@app.task(name="animation.publier_a_l_heure", queueing_lock="animation.publier_a_l_heure", pass_context=False)
def publier_a_l_heure(timestamp: int) -> None:
    """Put on line, and take off, the pages whose hour has come."""
    call_command("publish_scheduled", verbosity=0)


@app.periodic(cron="* * * * *")
@app.task(
    name="animation.annoncer_les_relectures",
    queueing_lock="animation.annoncer_les_relectures",
    pass_context=False,
)
def annoncer_relectures(timestamp: int) -> None:
    """Every minute: référents learn what is submitted to them, authors what became of it."""
    annoncer_les_relectures()


@app.periodic(cron="30 7 * * *")
@app.task(
    name="animation.prevenir_des_guides", queueing_lock="animation.prevenir_des_guides", pass_context=False
)
def prevenir_des_guides(timestamp: int) -> None:
    """Every morning: each team learns, once for each version, that a guide it takes up has changed."""
    prevenir_des_changements()
