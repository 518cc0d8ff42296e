"""The market of a territoire at one instant, as the engine wants it.

Who takes part: companies of the territoire, neither paused nor suspended, with listings on line. What is
promised is taken: an open échange, awaiting answers or accepted, holds a place of each listing it uses and
one of each company's. A besoin is asked once, whatever its capacity: a round serves it once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from echange.socle.horloge import maintenant
from matching.models import Arete, Besoin, Consigne, GenreConsigne, Participation, SavoirFaire, Tour
from matching.models.echanges import STATUTS_OUVERTS
from matching.moteur.tour.marche import Marche, Paire, SansEchange
from profils.models import Blocage

PAQUET = 20_000  # arêtes read at a time: a large territoire has more than a million


@dataclass
class Instantane:
    """`marche` is None when nobody can help anybody. `imposes` lists the gifts of each échange to keep;
    `gardes_perdus` counts those that can no longer be; `possibles` besoins have at least one arête."""

    marche: Marche | None = None
    imposes: list[list[Paire]] = field(default_factory=list)
    exclus: list[SansEchange] = field(default_factory=list)
    entreprises: int = 0
    besoins: int = 0
    possibles: int = 0
    gardes_perdus: int = 0


@dataclass(frozen=True)
class _Places:
    """What is left: besoins (key → company, days waited), savoir-faire (key → company, times it may be
    given), companies (key → échanges it may sit in); `demandeuses` have a besoin on line."""

    besoins: dict[int, tuple[int, int]]
    savoir_faire: dict[int, tuple[int, int]]
    entreprises: dict[int, int]
    demandeuses: set[int]

    def restes(self) -> Counter[tuple[str, int]]:
        """How many times each may still be used."""
        return Counter(
            {("besoin", cle): 1 for cle in self.besoins}
            | {("savoir-faire", cle): reste for cle, (_, reste) in self.savoir_faire.items()}
            | {("entreprise", cle): reste for cle, reste in self.entreprises.items()}
        )

    def usage(self, dons: Sequence[Paire]) -> Counter[tuple[str, int]]:
        """What one échange made of these gifts uses; a company counts once, whatever it gives."""
        entreprises = {self.besoins[b][0] for b, _ in dons} | {self.savoir_faire[s][0] for _, s in dons}
        return Counter(
            [("besoin", b) for b, _ in dons]
            + [("savoir-faire", s) for _, s in dons]
            + [("entreprise", e) for e in entreprises]
        )


def photographier(tour: Tour) -> Instantane:
    """Read what `tour` may use, its consignes applied."""
    consignes = list(tour.consignes.select_related("echange_prevu"))
    places = _lire_places(tour, _ecartes(consignes))
    aretes = list(_lire_aretes(tour, places, _paires_ecartees(consignes)))
    connues = {(besoin, savoir_faire) for besoin, savoir_faire, _ in aretes}
    possibles = {besoin for besoin, _ in connues}
    imposes, perdus = _imposes(consignes, connues, places)
    return Instantane(
        marche=_marche(places, aretes) if aretes else None,
        imposes=imposes,
        exclus=_exclus(consignes, connues),
        entreprises=len(places.entreprises),
        besoins=len(places.besoins),
        possibles=len(possibles),
        gardes_perdus=perdus,
    )


def _marche(places: _Places, aretes: Sequence[tuple[int, int, float]]) -> Marche:
    return Marche.construire(
        entreprises=((e, reste, e not in places.demandeuses) for e, reste in places.entreprises.items()),
        besoins=((besoin, e, attente) for besoin, (e, attente) in places.besoins.items()),
        savoir_faire=((sf, e, reste) for sf, (e, reste) in places.savoir_faire.items()),
        aretes=aretes,
    )


def _ecartes(consignes: Iterable[Consigne]) -> tuple[set[int], set[int]]:
    """Return the companies and the besoins to leave aside."""
    entreprises = {c.entreprise_id for c in consignes if c.genre == GenreConsigne.SANS_ENTREPRISE}
    besoins = {c.besoin_id for c in consignes if c.genre == GenreConsigne.SANS_BESOIN}
    return {e for e in entreprises if e}, {b for b in besoins if b}


def _lire_places(tour: Tour, ecartes: tuple[set[int], set[int]]) -> _Places:
    entreprises, sans_besoins = ecartes
    engagements = Counter(
        Participation.objects.filter(
            sortie="", echange__statut__in=STATUTS_OUVERTS, entreprise__commune__territoire=tour.territoire_id
        ).values_list("entreprise_id", flat=True)
    )
    instant = maintenant()
    besoins: dict[int, tuple[int, int]] = {}
    demandeuses = set()
    for cle, entreprise, publie_le, reste in _annonces(Besoin, tour, entreprises):
        demandeuses.add(entreprise)
        if reste > 0 and cle not in sans_besoins:
            besoins[cle] = (entreprise, max(0, (instant - publie_le).days))
    savoir_faire = {
        cle: (entreprise, reste)
        for cle, entreprise, _, reste in _annonces(SavoirFaire, tour, entreprises)
        if reste > 0
    }
    presentes = sorted({e for e, _ in [*besoins.values(), *savoir_faire.values()]})
    restes = {e: max(0, tour.par_entreprise - engagements[e]) for e in presentes}
    return _Places(besoins, savoir_faire, restes, demandeuses)


def _annonces(modele: type[Besoin | SavoirFaire], tour: Tour, sans: set[int]) -> Iterator[Any]:
    """Yield (primary key, company, date, places left) of the listings on line, in a stable order."""
    prises = Count("apports", filter=Q(apports__echange__statut__in=STATUTS_OUVERTS))
    lignes = (
        modele.objects.publiees()
        .filter(commune__territoire=tour.territoire_id)
        .exclude(entreprise__in=sans)
        .annotate(prises=prises)
        .order_by("pk")
        .values_list("pk", "entreprise_id", "publie_le", "capacite", "prises")
    )
    for cle, entreprise, publie_le, capacite, pris in lignes:
        yield cle, entreprise, publie_le, capacite - pris


def _paires_ecartees(consignes: Iterable[Consigne]) -> set[frozenset[int]]:
    """Pairs of companies that never meet: by a consigne, or because one blocked the other."""
    blocages = Blocage.objects.values_list("bloquante_id", "bloquee_id")
    return {frozenset(paire) for paire in blocages} | {
        frozenset((c.entreprise_id, c.autre_id))
        for c in consignes
        if c.genre == GenreConsigne.SANS_PAIRE and c.entreprise_id and c.autre_id
    }


def _lire_aretes(
    tour: Tour, places: _Places, ecartees: set[frozenset[int]]
) -> Iterator[tuple[int, int, float]]:
    """Yield (besoin, savoir-faire, score) between listings that have room, in a stable order."""
    lignes = (
        Arete.objects.vivantes()
        .filter(besoin__commune__territoire=tour.territoire_id)
        .order_by("besoin_id", "savoir_faire_id")
        .values_list("besoin_id", "savoir_faire_id", "score", "demandeur_id", "offreur_id")
    )
    for besoin, savoir_faire, score, demandeur, offreur in lignes.iterator(chunk_size=PAQUET):
        if besoin not in places.besoins or savoir_faire not in places.savoir_faire:
            continue
        if ecartees and frozenset((demandeur, offreur)) in ecartees:
            continue
        yield besoin, savoir_faire, score


def _exclus(consignes: Iterable[Consigne], connues: set[Paire]) -> list[SansEchange]:
    """The échanges not to propose; one that can no longer be needs no forbidding."""
    ecartes = [_dons(c) for c in consignes if c.genre == GenreConsigne.SANS_ECHANGE]
    return [SansEchange(tuple(dons)) for dons in ecartes if connues.issuperset(dons)]


def _imposes(
    consignes: Iterable[Consigne], connues: set[Paire], places: _Places
) -> tuple[list[list[Paire]], int]:
    """The échanges to keep that still fit, the first asked first; and how many no longer do."""
    gardes: list[list[Paire]] = []
    perdus = 0
    restes = places.restes()
    for dons in (_dons(c) for c in consignes if c.genre == GenreConsigne.GARDER):
        usage = places.usage(dons) if connues.issuperset(dons) else None
        if usage is None or any(restes[cle] < nombre for cle, nombre in usage.items()):
            perdus += 1
            continue
        restes.subtract(usage)
        gardes.append(dons)
    return gardes, perdus


def _dons(consigne: Consigne) -> list[Paire]:
    """The gifts of the échange that a consigne names, in order."""
    if consigne.echange_prevu is None:
        return []
    return list(consigne.echange_prevu.dons.order_by("rang").values_list("besoin_id", "savoir_faire_id"))
