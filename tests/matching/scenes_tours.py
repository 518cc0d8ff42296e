"""Tours launched, computed and sent: through the real services, the worker's part done in this process."""

from typing import Any

from matching.models import EchangePrevu, Tour
from matching.services.envois import Envoi, envoyer_tour
from matching.services.tours import Reglages, lancer_tour
from profils.models import Utilisateur
from territoires.models import Territoire
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import faire_cercle, rendre_reciproques, voisine

ECART_M = 200_000  # beyond anybody's radius


def ille_et_vilaine() -> Territoire:
    return Territoire.objects.get(departements="35")


def lancer(par: Utilisateur, **reglages: Any) -> Tour:
    return lancer_tour(par=par, territoire=ille_et_vilaine(), reglages=Reglages(**reglages))


def calculer(par: Utilisateur, **reglages: Any) -> Tour:
    """Launch a tour and let it end."""
    tour = lancer(par, **reglages)
    executer_la_file()
    tour.refresh_from_db()
    return tour


def peupler(reciproques: int = 1, cercles: int = 0) -> None:
    """Pairs and circles of three in Rennes, far enough from one another not to mix."""
    for rang in range(reciproques):
        rendre_reciproques(*(voisine(decalage_m=ECART_M * rang) for _ in range(2)))
    for rang in range(reciproques, reciproques + cercles):
        faire_cercle(*(voisine(decalage_m=ECART_M * rang) for _ in range(3)))


def envoyer(par: Utilisateur, tour: Tour, *echanges: EchangePrevu) -> Envoi:
    choisis = echanges or tuple(tour.echanges.all())
    return envoyer_tour(par=par, tour=tour, echanges=[echange.uuid for echange in choisis])
