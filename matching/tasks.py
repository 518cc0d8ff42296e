"""Background work of matching."""

from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from matching.models import Arete
from matching.services.echanges import expirer_propositions


@app.periodic(cron="*/10 * * * *")
@app.task(name="matching.expirer", queueing_lock="matching.expirer", pass_context=False)
def expirer(timestamp: int) -> None:
    """Close unanswered proposals; clear the arêtes of listings that expired (already invisible)."""
    expirer_propositions()
    instant = maintenant()
    Arete.objects.filter(besoin__expire_le__lte=instant).delete()
    Arete.objects.filter(savoir_faire__expire_le__lte=instant).delete()
