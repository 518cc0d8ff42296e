"""What the companies of an échange are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse

from echange.socle.evenements import abonner
from matching.evenements import (
    EchangeAccepte,
    EchangeAnnule,
    EchangeDecline,
    EchangePropose,
    EchangeRepare,
    EchangeTermine,
)
from matching.models import Echange, Participation, Reponse, Sollicitation, Sortie, StatutEchange
from matching.presentation.formes import forme
from matching.presentation.histoire import dire_reparation
from matching.raisons import enumerer
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises, solder


@dataclass(frozen=True)
class FaitDUnEchange(Avis):
    """Read on the page of its échange; `entreprise` is who acted."""

    echange: str
    entreprise: str

    @property
    def cle(self) -> str:
        return self.echange

    @property
    def chemin(self) -> str:
        return reverse("matching:echange", args=[self.echange])


@dataclass(frozen=True)
class AvisEchange(FaitDUnEchange):
    """Told to all those of an échange."""

    nature: str
    suite: str = field(default="", kw_only=True)  # « à trois », « en chaîne » after the word « échange »


@enregistrer
@dataclass(frozen=True)
class PropositionRecue(AvisEchange):
    genre: ClassVar[Genre] = Genre("echange_propose", "Une entreprise vous propose un échange")

    mot: str
    par_animation: bool = False
    reparation: int = 0  # asked by the repair of this rank, of an échange that others agreed to
    phrase: str = ""  # what became of it, then
    est_redemandee: bool = False  # she had been asked something else before

    @property
    def cle(self) -> str:
        return _cle(self.echange, self.reparation)

    @property
    def titre(self) -> str:
        if self.est_redemandee:
            return f"Un échange proposé par {self.entreprise} change\u00a0: on attend votre réponse"
        return f"{self.entreprise} vous propose un échange"


@enregistrer
@dataclass(frozen=True)
class PropositionReparee(AvisEchange):
    """`phrase`: « Fleurs de Lices ne peut pas ; nous avons demandé à Librairie du Cerf. »"""

    genre: ClassVar[Genre] = Genre("echange_repare", "Un échange à plusieurs continue autrement")

    phrase: str
    reparation: int

    @property
    def cle(self) -> str:
        return _cle(self.echange, self.reparation)

    @property
    def titre(self) -> str:
        return self.phrase


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
    """`raison`: a `Sortie` when nobody took it back, empty otherwise."""

    genre: ClassVar[Genre] = Genre("echange_annule", "Un échange proposé n’aura pas lieu")

    raison: str = ""

    @property
    def cle(self) -> str:
        return f"{self.echange}:{self.entreprise}"

    @property
    def titre(self) -> str:
        if self.raison == Sortie.TROUVE:
            return f"{self.entreprise} a déjà trouvé quelqu’un"
        return f"L’échange avec {self.entreprise} n’aura pas lieu"


@enregistrer
@dataclass(frozen=True)
class PropositionSansReponse(AvisEchange):
    """Told to those who had said yes; `entreprise`: who did not answer."""

    genre: ClassVar[Genre] = Genre("echange_sans_reponse", "Une proposition reste sans réponse")

    @property
    def titre(self) -> str:
        return f"Pas de réponse de {self.entreprise}"


def abonner_tout() -> None:
    abonner(EchangePropose, _annoncer_proposition)
    abonner(EchangeAccepte, lambda fait: _solder_proposition(_echange(fait.echange_id)))
    abonner(EchangeDecline, _annoncer_refus)
    abonner(EchangeAnnule, _annoncer_annulation)
    abonner(EchangeRepare, _annoncer_reparation)
    abonner(EchangeTermine, _annoncer_fin)


def _annoncer_proposition(fait: EchangePropose) -> None:
    if fait.demande_id is not None:  # told in its own words, see `demandes`
        return
    echange = _echange(fait.echange_id)
    _proposer(echange, _autres(echange, echange.initiatrice_id))


def _proposer(
    echange: Echange, entreprises: Iterable[int], *, phrase: str = "", est_redemandee: bool = False
) -> None:
    avis = PropositionRecue(
        str(echange.uuid),
        echange.propose_par,
        echange.nature,
        echange.mot,
        par_animation=echange.initiatrice is None,
        reparation=echange.reparations,
        phrase=phrase,
        est_redemandee=est_redemandee,
        suite=_suite(echange),
    )
    prevenir_entreprises(avis, entreprises)


def _annoncer_reparation(fait: EchangeRepare) -> None:
    """Those who are asked get a proposal; the others are told in one sentence what became of it."""
    echange = _echange(fait.echange_id)
    _solder_proposition(echange)
    attendues = set(_cles(echange.participations.presentes().filter(reponse=Reponse.ATTENDUE)))
    nouvelle = echange.journal.filter(fait="repare").latest("pk").details["nouvelle"]
    for cle in sorted(attendues):  # each reads what is asked of her
        phrase = dire_reparation(echange, cle)
        _proposer(echange, [cle], phrase=phrase, est_redemandee=cle != nouvelle)
    avis = PropositionReparee(
        str(echange.uuid),
        echange.propose_par,
        echange.nature,
        dire_reparation(echange),
        echange.reparations,
        suite=_suite(echange),
    )
    prevenir_entreprises(avis, set(_cles(echange.participations.presentes())) - attendues)


def _annoncer_fin(fait: EchangeTermine) -> None:
    """Nothing is asked any more; a silence is told to those who had said yes.

    One silence among the proposals of a demande is not: the asker hears of the demande's own end.
    """
    echange = _echange(fait.echange_id)
    _solder_proposition(echange)
    if echange.statut != StatutEchange.EXPIRE or Sollicitation.objects.filter(echange=echange).exists():
        return
    muettes = echange.participations.filter(reponse=Reponse.ATTENDUE).select_related("entreprise")
    avis = PropositionSansReponse(
        str(echange.uuid),
        enumerer([p.entreprise.nom for p in muettes]),
        echange.nature,
        suite=_suite(echange),
    )
    prevenir_entreprises(avis, _cles(echange.participations.presentes().filter(reponse=Reponse.ACCEPTEE)))


def _annoncer_refus(fait: EchangeDecline) -> None:
    echange = _echange(fait.echange_id)
    _solder_proposition(echange)
    avis = PropositionDeclinee(
        str(echange.uuid), _nom(echange, fait.entreprise_id), echange.nature, suite=_suite(echange)
    )
    prevenir_entreprises(avis, _autres(echange, fait.entreprise_id))


def _annoncer_annulation(fait: EchangeAnnule) -> None:
    """Taken back, impossible, or given up once agreed: then only those it would have served are told."""
    echange = _echange(fait.echange_id)
    avis = PropositionAnnulee(
        str(echange.uuid),
        _nom(echange, fait.entreprise_id),
        echange.nature,
        raison=fait.raison,
        suite=_suite(echange),
    )
    autres = _autres(echange, fait.entreprise_id)
    if echange.statut == StatutEchange.EN_COURS:
        autres = [cle for cle in autres if cle in _servies_avec(echange, fait.entreprise_id)]
    prevenir_entreprises(avis, autres)


def _servies_avec(echange: Echange, entreprise: int) -> set[int]:
    """Those who give this company something, or receive something from it."""
    liens = echange.apports.filter(Q(donneur=entreprise) | Q(receveur=entreprise))
    return {cle for paire in liens.values_list("donneur_id", "receveur_id") for cle in paire}


def _solder_proposition(echange: Echange) -> None:
    """It awaits no answer any more, at least not to what was asked before its last repair."""
    for reparation in range(echange.reparations + 1):
        solder(genre=PropositionRecue.genre.code, cle=_cle(str(echange.uuid), reparation))


def _cle(echange: str, reparation: int) -> str:
    return f"{echange}:{reparation}" if reparation else echange


def _cles(participations: QuerySet[Participation]) -> list[int]:
    return list(participations.values_list("entreprise_id", flat=True))


def _echange(cle: int) -> Echange:
    return Echange.objects.select_related("initiatrice").get(pk=cle)


def _suite(echange: Echange) -> str:
    return forme(echange.nature, echange.apports.count()).suite


def _nom(echange: Echange, entreprise: int) -> str:
    nom: str = echange.participations.values_list("entreprise__nom", flat=True).get(entreprise=entreprise)
    return nom


def _autres(echange: Echange, entreprise: int | None) -> list[int]:
    """The échange's other companies that are still in it; all of them when nobody's acted."""
    return _cles(echange.participations.presentes().exclude(entreprise=entreprise))
