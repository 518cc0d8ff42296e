"""A match for a card: who brings what, how far, why, and the button that fits what has happened since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from matching.models import Echange, Nature
from matching.models.echanges import STATUTS_OUVERTS
from matching.moteur.adequation import SUR_PLACE
from matching.presentation.apports import Ligne, lignes_des_aretes, titre_avec
from matching.raisons import dire_arete
from matching.rapprochements import Rapprochement
from profils.models import Entreprise

Apports = frozenset[
    tuple[int, int]
]  # besoin and savoir-faire of each apport: what makes two échanges the same


def echanges_ouverts(entreprise: Entreprise) -> dict[Apports, Echange]:
    """Return the company's open échanges by what they are made of; two queries."""
    ouverts = Echange.objects.de_entreprise(entreprise).filter(statut__in=STATUTS_OUVERTS)
    return {
        frozenset((apport.besoin_id, apport.savoir_faire_id) for apport in echange.apports.all()): echange
        for echange in ouverts.prefetch_related("apports")
    }


@dataclass(frozen=True)
class FicheRapprochement:
    """One line of « Vos rapprochements »; `ouvert` is the échange already proposed on it, if any."""

    rapprochement: Rapprochement
    ouvert: Echange | None = None

    @property
    def nature(self) -> str:
        return self.rapprochement.nature

    @property
    def titre(self) -> str:
        return titre_avec([arete.offreur for arete in self.rapprochement.aretes[: self._autres]])

    @property
    def _autres(self) -> int:
        """How many other companies: in a loop, the last arête comes back to the reader."""
        return max(1, len(self.rapprochement.aretes) - 1)

    @property
    def distance(self) -> int | None:
        """Return metres, the longest of the loop; None when everyone can only meet on a screen."""
        metres = [arete.distance_m for arete in self.rapprochement.aretes if arete.modalites & SUR_PLACE]
        return max(metres, default=None)

    @property
    def lignes(self) -> list[Ligne]:
        return lignes_des_aretes(self.rapprochement.aretes, self.rapprochement.aretes[0].demandeur)

    @property
    def raison(self) -> str:
        return dire_arete(self.rapprochement.aretes[0])

    @property
    def url_detail(self) -> str:
        return reverse("matching:savoir_faire", args=[self.rapprochement.aretes[0].savoir_faire.uuid])

    @property
    def url(self) -> str:
        if self.ouvert:
            return reverse("matching:echange", args=[self.ouvert.uuid])
        return f"{reverse('matching:proposer')}?{urlencode({'cle': self.rapprochement.cle})}"

    @property
    def action(self) -> str:
        return "Voir la proposition" if self.ouvert else "Proposer cet échange"


def fiches_de(
    rapprochements: Iterable[Rapprochement], ouverts: dict[Apports, Echange]
) -> list[FicheRapprochement]:
    return [FicheRapprochement(r, ouverts.get(_apports(r))) for r in rapprochements]


def compter_par_nature(rapprochements: Iterable[Rapprochement]) -> dict[str, int]:
    """Return how many of each nature, the natures without any included."""
    comptes = dict.fromkeys(Nature.values, 0)
    for rapprochement in rapprochements:
        comptes[rapprochement.nature] += 1
    return comptes


def _apports(rapprochement: Rapprochement) -> Apports:
    return frozenset((a.besoin_id, a.savoir_faire_id) for a in rapprochement.aretes)
