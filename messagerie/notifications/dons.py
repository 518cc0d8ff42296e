"""Did it take place? What the two sides of a gift are asked, and told when they do not say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from echange.socle.evenements import abonner
from matching.evenements import ApportAConfirmer, ApportConteste, ApportDit
from matching.models import Apport
from messagerie.notifications.avis import Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises, solder
from messagerie.notifications.echanges import AvisEchange


@dataclass(frozen=True)
class AvisDeDon(AvisEchange):
    """Of one gift, to one side. `don`: the compétence; `entreprise`: the other; `rang`: which, for whom."""

    don: str
    rang: str

    @property
    def cle(self) -> str:
        return f"{self.echange}:{self.rang}"


@enregistrer
@dataclass(frozen=True)
class DonAConfirmer(AvisDeDon):
    genre: ClassVar[Genre] = Genre("don_a_confirmer", "Dire si un échange a eu lieu")

    @property
    def titre(self) -> str:
        return f"«\u00a0{self.don}\u00a0» avec {self.entreprise}\u00a0: est-ce fait\u00a0?"


@enregistrer
@dataclass(frozen=True)
class DonConteste(AvisDeDon):
    """One side says yes, the other no: told to both."""

    genre: ClassVar[Genre] = Genre("don_conteste", "Vous ne dites pas la même chose d’un échange")

    @property
    def titre(self) -> str:
        return f"«\u00a0{self.don}\u00a0»\u00a0: vous et {self.entreprise} n’en dites pas autant"


def abonner_tout() -> None:
    abonner(ApportAConfirmer, _demander_confirmation)
    abonner(ApportDit, _solder_confirmation)
    abonner(ApportConteste, _annoncer_desaccord)


def _demander_confirmation(fait: ApportAConfirmer) -> None:
    for cote, avis in _avis_de_don(fait.apport_id, DonAConfirmer):
        prevenir_entreprises(avis, [cote])


def _annoncer_desaccord(fait: ApportConteste) -> None:
    for cote, avis in _avis_de_don(fait.apport_id, DonConteste):
        prevenir_entreprises(avis, [cote])


def _solder_confirmation(fait: ApportDit) -> None:
    for cote, avis in _avis_de_don(fait.apport_id, DonAConfirmer):
        if cote == fait.entreprise_id:
            solder(genre=avis.genre.code, cle=avis.cle)


def _avis_de_don(cle: int, genre: type[AvisDeDon]) -> Iterator[tuple[int, AvisDeDon]]:
    """Yield each side of a gift with its own notice, which names the other."""
    apport = Apport.objects.select_related("echange", "donneur", "receveur", "savoir_faire__competence").get(
        pk=cle
    )
    for cote, autre in ((apport.donneur, apport.receveur), (apport.receveur, apport.donneur)):
        yield (
            cote.pk,
            genre(
                str(apport.echange.uuid),
                autre.nom,
                apport.echange.nature,
                apport.savoir_faire.competence.titre,
                f"{apport.rang}:{cote.pk}",
            ),
        )
