"""Background work of messagerie (found by procrastinate under this name)."""

from procrastinate.contrib.django import app

from messagerie.notifications import boite
from messagerie.notifications.non_lus import prevenir_des_non_lus
from messagerie.reponses.reception import oublier_les_courriels
from messagerie.services.pieces import balayer_pieces
from messagerie.services.push import pousser


@app.task(name=boite.TACHE_EXPEDIER, pass_context=False)
def expedier() -> None:
    """Send what is due now: enqueued with each fact that has a mail to send at once."""
    boite.expedier()


@app.periodic(cron="* * * * *")
@app.task(name="messagerie.expedier_en_retard", queueing_lock="messagerie.expedier_en_retard")
def expedier_en_retard(timestamp: int) -> None:
    """Every minute: digests, mails held for the night, and those to try again."""
    boite.expedier()


@app.periodic(cron="10 4 * * *")
@app.task(name="messagerie.oublier_visiteurs", queueing_lock="messagerie.oublier_visiteurs")
def oublier_visiteurs(timestamp: int) -> None:
    """Every night: addresses without an account do not stay in the outbox."""
    boite.oublier_visiteurs()


@app.periodic(cron="23 * * * *")
@app.task(name="messagerie.balayer_pieces", queueing_lock="messagerie.balayer_pieces")
def balayer(timestamp: int) -> None:
    """Every hour: files whose message never came, or has gone with its conversation; old mails' digests."""
    balayer_pieces()
    oublier_les_courriels()


@app.periodic(cron="* * * * *")
@app.task(name="messagerie.pousser", queueing_lock="messagerie.pousser")
def pousser_les_attentes(timestamp: int) -> None:
    """Every minute: wake the browsers of those whom a message waits for."""
    pousser()


@app.periodic(cron="* * * * *")
@app.task(name="messagerie.prevenir_des_non_lus", queueing_lock="messagerie.prevenir_des_non_lus")
def prevenir_des_attentes(timestamp: int) -> None:
    """Every minute: a mail to those whom a message has been waiting for."""
    prevenir_des_non_lus()
