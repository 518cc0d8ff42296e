"""Territoires in tests: one to open, and all that hangs on those that are open."""

from typing import Any

from animation.services.territoires import ouvrir
from matching.models import Arete
from profils.models import Entreprise, Utilisateur
from territoires.models import Territoire
from territoires.perimetre import Perimetre

CREUSE = Perimetre.lire(["departement-23"])


def ouvrir_la_creuse(par: Utilisateur, **options: Any) -> Territoire:
    return ouvrir(par=par, nom="Creuse", code="creuse", perimetre=CREUSE, **options)


def territoire(code: str = "ille-et-vilaine") -> Territoire:
    return Territoire.objects.get(code=code)


def etat_du_monde() -> tuple[Any, ...]:
    """What neither opening nor closing a territoire may change."""
    return (
        list(Arete.objects.order_by("pk").values_list("pk", "score")),
        list(Entreprise.objects.order_by("pk").values_list("pk", "est_en_pause", "commune")),
    )
