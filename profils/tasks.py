"""Background work of profils (found by procrastinate under this name)."""

from django.conf import settings
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from profils import services
from profils.comptes import purger_comptes_jamais_confirmes
from profils.fermeture import effacer_entreprises
from profils.invitations import oublier_invitations
from profils.models import Entreprise
from territoires.geocodage import localiser

# Minutes before asking again for an address not found: the service may have been down, or new to the street.
REPRISES = (5, 120, 24 * 60)


@app.task(name=services.TACHE_LOCALISER, retry=RetryStrategy(max_attempts=5, exponential_wait=5))
def localiser_entreprise(*, entreprise_id: int, adresse: str, essai: int = 0) -> None:
    """Find the address, outside any transaction, then move the company there; if not found, ask again later.

    Nothing happens if the company or its address has changed since: that change asked for itself.
    """
    avec_commune = Entreprise.objects.select_related("commune")
    entreprise = avec_commune.filter(pk=entreprise_id, adresse=adresse).first()
    if entreprise is None:
        return
    lieu = localiser(adresse, entreprise.commune)
    if lieu.est_localisee:
        services.deplacer_entreprise(
            entreprise=entreprise, adresse=adresse, point=lieu.point, est_localisee=True
        )
    elif settings.GEOCODAGE_ACTIF and essai < len(REPRISES):
        app.configure_task(services.TACHE_LOCALISER, schedule_in={"minutes": REPRISES[essai]}).defer(
            entreprise_id=entreprise_id, adresse=adresse, essai=essai + 1
        )


@app.periodic(cron="5 * * * *")
@app.task(name="profils.finir_les_pauses", queueing_lock="profils.finir_les_pauses")
def finir_les_pauses(timestamp: int) -> None:
    """Every hour, so that the day begins soon after midnight in Paris whatever the clocks do."""
    services.finir_les_pauses()


@app.periodic(cron="40 3 * * *")
@app.task(name="profils.purger_comptes", queueing_lock="profils.purger_comptes")
def purger_comptes(timestamp: int) -> None:
    """Every night: forget the e-mails of those who never came."""
    purger_comptes_jamais_confirmes()
    oublier_invitations()


@app.periodic(cron="20 3 * * *")
@app.task(name="profils.effacer_entreprises", queueing_lock="profils.effacer_entreprises")
def effacer_entreprises_fermees(timestamp: int) -> None:
    """Every night: forget the companies closed a fortnight ago."""
    effacer_entreprises()
