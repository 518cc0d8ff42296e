"""Background work of matching."""

from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from matching.fraicheur import rappeler_expirations
from matching.models import Arete
from matching.services.echanges import expirer_propositions
from matching.tours import execution


@app.periodic(cron="*/10 * * * *")
@app.task(name="matching.expirer", queueing_lock="matching.expirer", pass_context=False)
def expirer(timestamp: int) -> None:
    """Close unanswered proposals; warn of listings that end; clear the arêtes of those that have."""
    expirer_propositions()
    rappeler_expirations()
    instant = maintenant()
    Arete.objects.filter(besoin__expire_le__lte=instant).delete()
    Arete.objects.filter(savoir_faire__expire_le__lte=instant).delete()


@app.task(name=execution.TACHE_RESOUDRE)
def resoudre_tour(*, tour_id: int, essai: int) -> None:
    """Compute one try of a tour; `relever_tours` gives another to the tour of a dead worker."""
    execution.executer(tour_id, essai)


@app.periodic(cron="* * * * *")
@app.task(name="matching.relever_tours", queueing_lock="matching.relever_tours", pass_context=False)
def relever_tours(timestamp: int) -> None:
    execution.relever()
