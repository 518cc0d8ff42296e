"""What the companies of an échange are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from matching.evenements import EchangeAccepte, EchangeAnnule, EchangeDecline, EchangePropose
from matching.models import Echange
from matching.presentation.formes import forme
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises, solder


@dataclass(frozen=True)
class AvisEchange(Avis):
    """A fact of one échange; `entreprise` is who acted."""

    echange: str
    entreprise: str
    nature: str
    suite: str = field(default="", kw_only=True)  # « à trois », « en chaîne » after the word « échange »

    @property
    def cle(self) -> str:
        return self.echange

    @property
    def chemin(self) -> str:
        return reverse("matching:echange", args=[self.echange])


@enregistrer
@dataclass(frozen=True)
class PropositionRecue(AvisEchange):
    genre: ClassVar[Genre] = Genre("echange_propose", "Une entreprise vous propose un échange")

    mot: str
    par_animation: bool = False

    @property
    def titre(self) -> str:
        return f"{self.entreprise} vous propose un échange"


@enregistrer
@dataclass(frozen=True)
class PropositionDeclinee(AvisEchange):
    genre: ClassVar[Genre] = Genre("echange_decline", "Une entreprise décline votre échange")

    @property
    def titre(self) -> str:
        return f"{self.entreprise} ne peut pas cette fois"


@enregistrer
@dataclass(frozen=True)
class PropositionAnnulee(AvisEchange):
    genre: ClassVar[Genre] = Genre("echange_annule", "Un échange proposé n’aura pas lieu")

    @property
    def titre(self) -> str:
        return f"L’échange avec {self.entreprise} n’aura pas lieu"


def abonner_tout() -> None:
    abonner(EchangePropose, _annoncer_proposition)
    abonner(EchangeAccepte, lambda fait: _solder_proposition(_echange(fait.echange_id)))
    abonner(EchangeDecline, _annoncer_refus)
    abonner(EchangeAnnule, _annoncer_annulation)


def _annoncer_proposition(fait: EchangePropose) -> None:
    echange = _echange(fait.echange_id)
    avis = PropositionRecue(
        str(echange.uuid),
        echange.propose_par,
        echange.nature,
        echange.mot,
        par_animation=echange.initiatrice is None,
        suite=_suite(echange),
    )
    prevenir_entreprises(avis, _autres(echange, echange.initiatrice_id))


def _annoncer_refus(fait: EchangeDecline) -> None:
    echange = _echange(fait.echange_id)
    _solder_proposition(echange)
    avis = PropositionDeclinee(
        str(echange.uuid), _nom(echange, fait.entreprise_id), echange.nature, suite=_suite(echange)
    )
    prevenir_entreprises(avis, _autres(echange, fait.entreprise_id))


def _annoncer_annulation(fait: EchangeAnnule) -> None:
    echange = _echange(fait.echange_id)
    _solder_proposition(echange)
    avis = PropositionAnnulee(
        str(echange.uuid), _nom(echange, fait.entreprise_id), echange.nature, suite=_suite(echange)
    )
    prevenir_entreprises(avis, _autres(echange, fait.entreprise_id))


def _solder_proposition(echange: Echange) -> None:
    """It awaits no answer any more."""
    solder(genre=PropositionRecue.genre.code, cle=str(echange.uuid))


def _echange(cle: int) -> Echange:
    return Echange.objects.select_related("initiatrice").get(pk=cle)


def _suite(echange: Echange) -> str:
    return forme(echange.nature, echange.apports.count()).suite


def _nom(echange: Echange, entreprise: int) -> str:
    nom: str = echange.participations.values_list("entreprise__nom", flat=True).get(entreprise=entreprise)
    return nom


def _autres(echange: Echange, entreprise: int | None) -> list[int]:
    """The échange's other companies; all of them when nobody's acted."""
    autres = echange.participations.exclude(entreprise=entreprise)
    return list(autres.values_list("entreprise_id", flat=True))
