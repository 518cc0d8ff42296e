"""What is said of a company beside its name: what it gave and received, how soon it answers. Modestly.

Counted from the gifts that took place: no counter is kept, so none is ever wrong.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from django.db.models import Count

from matching.models import Apport
from matching.reactivite import dire_reactivites


class Compte(NamedTuple):
    """How many times a company has shown something, and learnt something."""

    donnes: int
    recus: int

    @property
    def mots(self) -> str:
        """Return « a montré 3 fois, appris 2 fois »; empty for who has done neither yet."""
        parties = [
            *([f"montré {_fois(self.donnes)}"] if self.donnes else []),
            *([f"appris {_fois(self.recus)}"] if self.recus else []),
        ]
        return f"a {', '.join(parties)}" if parties else ""


def comptes(entreprises: Collection[int]) -> dict[int, Compte]:
    """Return what each of these companies gave and received; two queries."""
    donnes, recus = (
        dict(
            Apport.objects.realises()
            .filter(**{f"{cote}__in": entreprises})
            .order_by()
            .values(cote)
            .annotate(nombre=Count("pk"))
            .values_list(cote, "nombre")
        )
        for cote in ("donneur", "receveur")
    )
    return {cle: Compte(donnes.get(cle, 0), recus.get(cle, 0)) for cle in entreprises}


def reputations(entreprises: Collection[int]) -> dict[int, str]:
    """Return « a montré 3 fois, appris 2 fois · répond en 2 jours » by company; three queries."""
    rapides = dire_reactivites(entreprises)
    return {
        cle: " · ".join(filter(None, (compte.mots, rapides.get(cle, ""))))
        for cle, compte in comptes(entreprises).items()
    }


def _fois(nombre: int) -> str:
    return f"{nombre}\u00a0fois"
