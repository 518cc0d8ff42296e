"""Background work of matching."""

from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from matching.fraicheur import rappeler_expirations
from matching.models import Arete
from matching.services.echanges import expirer_propositions


@app.periodic(cron="*/10 * * * *")
@app.task(name="matching.expirer", queueing_lock="matching.expirer", pass_context=False)
def expirer(timestamp: int) -> None:
    """Close unanswered proposals; warn of listings that end; clear the arêtes of those that have."""
    expirer_propositions()
    rappeler_expirations()
    instant = maintenant()
    Arete.objects.filter(besoin__expire_le__lte=instant).delete()
    Arete.objects.filter(savoir_faire__expire_le__lte=instant).delete()
