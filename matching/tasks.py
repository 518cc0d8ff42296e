"""Background work of matching."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from echange.socle.horloge import maintenant
from matching import aretes
from matching.fraicheur import rappeler_expirations
from matching.journal_arbre import TACHE_SUIVRE
from matching.models import Besoin, SavoirFaire
from matching.rappels import rappeler_seances
from matching.services import demandes_bilans, deplacements, veilles
from matching.services.choix import oublier_choix
from matching.services.fil import faire_vivre_les_echanges
from matching.services.mots import oublier_mots
from matching.services.refonte import MODELES, TACHE_RENDRE
from matching.services.reparations import reparer_echange as reparer
from matching.services.revue import revoir_echanges as revoir
from matching.services.transitions import TACHE_REPARER, TACHE_REVOIR
from matching.services.vagues import mener_demandes as mener
from matching.tours import execution

# Two moves may meet a publication in a deadlock that PostgreSQL ends: run again, each finishes the rest.
REPRISES = RetryStrategy(max_attempts=6, exponential_wait=3)
EXPIREES_PAR_LOT = 20


@app.periodic(cron="*/10 * * * *")
@app.task(name="matching.expirer", queueing_lock="matching.expirer", pass_context=False)
def expirer(timestamp: int) -> None:
    """Move the échanges on; warn of what ends; clear the arêtes of listings that have ended."""
    faire_vivre_les_echanges()
    rappeler_expirations()
    veilles.rappeler_veilles()
    for modele in (Besoin, SavoirFaire):
        expirees = modele.objects.filter(expire_le__lte=maintenant(), aretes__isnull=False).distinct()
        cles = list(expirees.order_by("pk").values_list("pk", flat=True))
        for rang in range(0, len(cles), EXPIREES_PAR_LOT):
            aretes.recalculer_aretes(*modele.objects.filter(pk__in=cles[rang : rang + EXPIREES_PAR_LOT]))


@app.periodic(cron="*/5 * * * *")
@app.task(name="matching.mener_demandes", queueing_lock="matching.mener_demandes", pass_context=False)
def mener_demandes(timestamp: int) -> None:
    """Remind, ask the next neighbours, call the animation, close: whatever is due in each demande."""
    mener()


@app.periodic(cron="5-55/10 * * * *")
@app.task(name="matching.suivre_bilans", queueing_lock="matching.suivre_bilans", pass_context=False)
def suivre_bilans(timestamp: int) -> None:
    """Ask for the bilans that are due, remind once, close the échanges that await none any more."""
    demandes_bilans.demander_bilans()
    demandes_bilans.clore_echanges_faits()


@app.periodic(cron="*/5 * * * *")
@app.task(name="matching.rappeler_seances", queueing_lock="matching.rappeler_seances")
def annoncer_seances(timestamp: int) -> None:
    """Every five minutes: « demain », « dans deux heures »."""
    rappeler_seances()


@app.task(name=aretes.TACHE_COMPLETER, retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def completer_aretes(*, besoins: list[int]) -> None:
    """Give these besoins the savoir-faire next in line; done twice is done once."""
    aretes.completer(besoins)


@app.task(name=aretes.TACHE_ETENDRE, retry=RetryStrategy(max_attempts=8, exponential_wait=3))
def etendre_aretes(*, savoir_faire: int) -> None:
    """Offer this savoir-faire to the besoins beyond the nearest; done twice is done once."""
    aretes.etendre(savoir_faire)


@app.task(name=TACHE_REPARER, retry=REPRISES)
def reparer_echange(*, echange_id: int) -> None:
    """A company is missing from this échange: find another way, or end it."""
    reparer(echange_id)


@app.task(name=TACHE_REVOIR, retry=REPRISES)
def revoir_echanges(*, besoins: list[int], savoir_faire: list[int], entreprises: list[int]) -> None:
    """Places were taken, listings withdrawn, companies gone: what else does it make impossible?"""
    revoir(besoins=besoins, savoir_faire=savoir_faire, entreprises=entreprises)


@app.task(name=veilles.TACHE_CHERCHER, retry=REPRISES)
def chercher_veilles(*, genre: str, annonce: int, apres: int) -> None:
    """Tell who awaits this listing, a page at a time; done twice is done once."""
    veilles.servir_veilles(genre=genre, annonce=annonce, apres=apres)


@app.task(name=execution.TACHE_RESOUDRE)
def resoudre_tour(*, tour_id: int, essai: int) -> None:
    """Compute one try of a tour; `relever_tours` gives another to the tour of a dead worker."""
    execution.executer(tour_id, essai)


@app.periodic(cron="* * * * *")
@app.task(name="matching.relever_tours", queueing_lock="matching.relever_tours", pass_context=False)
def relever_tours(timestamp: int) -> None:
    execution.relever()


@app.task(name=TACHE_SUIVRE, retry=REPRISES)
def suivre_arbre(*, codes: list[str]) -> None:
    """The tree has changed: listings follow their redirections, then the arêtes of `codes` are redone."""
    deplacements.suivre_redirections()
    deplacements.revoir_aretes(codes)


@app.task(name=TACHE_RENDRE, retry=REPRISES)
def rendre_annonces(*, genre: str, cles: list[int], de: str, vers: str) -> None:
    """Undo a merge: those of its listings that are still where it put them go back."""
    for cle in cles:
        deplacements.deplacer_annonce(MODELES[genre], cle, de=de, vers=vers)


@app.periodic(cron="50 3 * * *")
@app.task(name="matching.oublier_textes", queueing_lock="matching.oublier_textes")
def oublier_textes(timestamp: int) -> None:
    """Every night: forget texts kept for a year, and move whatever listing a redirection left behind."""
    oublier_mots()
    oublier_choix()
    veilles.oublier_veilles()
    deplacements.suivre_redirections()
