"""When a company is missing from a cercle or a chaîne: what may be made of the others.

In order: another company that does both of its parts; else the gifts that stand without it, made réciproque
when that is possible. A réciproque that has lost one of its two gifts goes on by the other, if both agree.
Read from the arêtes, by their indexes: the lists of one besoin, then one look-up a candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from matching.models import Apport, Arete, Besoin, Echange, Nature
from matching.reactivite import facteurs
from matching.services.plafonds import comblees

CANDIDATES = 20  # looked at, by score, before their reactivity is


class Don(NamedTuple):
    """One gift of a plan, by keys."""

    donneur: int
    receveur: int
    besoin: int
    savoir_faire: int
    distance_m: float


@dataclass(frozen=True)
class Plan:
    """`dons` in the order of an échange's apports; `aretes`, of those that are new, must still be alive.

    `a_demander`: who has not agreed to this. The others keep their answer.
    """

    forme: str  # « remplace », « reciproque », « raccourci », « sens_unique »
    nature: Nature
    dons: tuple[Don, ...]
    aretes: tuple[int, ...] = ()
    a_demander: frozenset[int] = frozenset()
    nouvelle: int | None = None


def plans(echange: Echange, debout: Sequence[Apport]) -> Iterator[Plan]:
    """Yield what may be made of an échange « à réparer », best first; `debout`: gifts that can be held."""
    if echange.nature == Nature.RECIPROQUE:
        yield from (_a_sens_unique(_don(apport)) for apport in debout)
        return
    sorties = set(echange.participations.sorties().values_list("entreprise_id", flat=True))
    dons = [_don(apport) for apport in echange.apports.order_by("rang")]
    absentes = {cle for don in dons for cle in (don.donneur, don.receveur)} & sorties
    if len(absentes) == 1:
        yield from _remplacements(Nature(echange.nature), dons, absentes.pop(), sauf=_toutes(echange))
    restants = _restants(dons, sorties)
    presentes = set(echange.participations.presentes().values_list("entreprise_id", flat=True))
    if restants and presentes == {cle for don in restants for cle in (don.donneur, don.receveur)}:
        if len(restants) == 1:
            yield from _reciproques(restants[0])
        yield _raccourci(restants, {don.receveur for don in dons})


def _remplacements(nature: Nature, dons: Sequence[Don], absente: int, sauf: set[int]) -> Iterator[Plan]:
    """Another company that serves whom the missing one served, and is served by whom served it.

    Not one that has had its two proposals of the week: it has looked for nothing of this.
    """
    donne = next((don for don in dons if don.donneur == absente), None)
    if donne is None:  # at the end of a chaîne: it is one gift shorter
        return
    recoit = next((don for don in dons if don.receveur == absente), None)
    trouvees = Arete.objects.vivantes().filter(besoin=donne.besoin).exclude(offreur__in=sauf)
    trouvees = trouvees.exclude(offreur__in=comblees(set(trouvees.values_list("offreur", flat=True))))
    paires = _avec_retour(trouvees, recoit) if recoit else _donneuses(trouvees)
    poids = facteurs([arete.offreur_id for arete, _ in paires])

    def valeur(paire: tuple[Arete, Arete | None]) -> tuple[float, int]:
        aretes = [a for a in paire if a]
        return -poids[paire[0].offreur_id] * sum(a.score for a in aretes) / len(aretes), paire[0].pk

    for arete, retour in sorted(paires, key=valeur):
        nouveaux = {donne: _de_l_arete(arete)} | ({recoit: _de_l_arete(retour)} if recoit and retour else {})
        yield Plan(
            "remplace",
            nature,
            tuple(nouveaux.get(don, don) for don in dons),
            tuple(a.pk for a in (arete, retour) if a),
            frozenset({arete.offreur_id}),
            arete.offreur_id,
        )


def _donneuses(trouvees: QuerySet[Arete]) -> list[tuple[Arete, Arete | None]]:
    """A chaîne starts with a company that asks for nothing."""
    demande = Besoin.objects.publiees().filter(entreprise=OuterRef("offreur"))
    seules = trouvees.filter(~Exists(demande)).order_by("-score", "pk")[:CANDIDATES]
    return [(arete, None) for arete in seules]


def _avec_retour(trouvees: QuerySet[Arete], recoit: Don) -> list[tuple[Arete, Arete | None]]:
    """Pairs of arêtes: what the candidate gives, and what it would receive of the same savoir-faire."""
    retours = (
        Arete.objects.vivantes()
        .filter(demandeur=OuterRef("offreur"), offreur=recoit.donneur, savoir_faire=recoit.savoir_faire)
        .order_by("-score", "pk")
    )
    avec = trouvees.annotate(
        retour=Subquery(retours.values("pk")[:1]), retour_score=Subquery(retours.values("score")[:1])
    ).filter(retour__isnull=False)
    retenues = list(avec.order_by(-(F("score") + F("retour_score")), "pk")[:CANDIDATES])
    par_cle = Arete.objects.in_bulk([a.retour for a in retenues])
    return [(a, par_cle[a.retour]) for a in retenues if a.retour in par_cle]


def _restants(dons: Sequence[Don], sorties: set[int]) -> list[Don]:
    """The gifts that stand, in one path; empty when there is none. A loop is read from after its hole."""
    touches = [don.donneur in sorties or don.receveur in sorties for don in dons]
    if all(touches):
        return []
    if len(dons) > 1 and dons[-1].donneur == dons[0].receveur:
        # one hole in a loop is two gifts in a row: start after the last of them
        depart = next(
            rang + 1 for rang, touche in enumerate(touches) if touche and not touches[(rang + 1) % len(dons)]
        )
        dons = [*dons[depart:], *dons[:depart]]
    restants = [don for don in dons if don.donneur not in sorties and don.receveur not in sorties]
    suivent = all(a.donneur == b.receveur for a, b in pairwise(restants))
    return restants if suivent else []


def _reciproques(don: Don) -> Iterator[Plan]:
    """Who receives the gift that stands gives something back."""
    retours = Arete.objects.vivantes().filter(demandeur=don.donneur, offreur=don.receveur)
    for arete in retours.order_by("-score", "pk")[:1]:
        yield Plan(
            "reciproque",
            Nature.RECIPROQUE,
            (don, _de_l_arete(arete)),
            (arete.pk,),
            frozenset({don.receveur}),
        )


def _a_sens_unique(don: Don) -> Plan:
    """One of the two gifts alone: who would now only give is asked again, who receives may still say no."""
    return Plan("sens_unique", Nature.DIRECT, (don,), a_demander=frozenset({don.donneur}))


def _raccourci(restants: Sequence[Don], receveuses: set[int]) -> Plan:
    """The gifts that stand. Who was to receive (`receveuses`) and would now only give is asked again."""
    seules = receveuses - {don.receveur for don in restants}
    return Plan(
        "raccourci",
        Nature.DIRECT if len(restants) == 1 else Nature.CHAINE,
        tuple(restants),
        a_demander=frozenset(don.donneur for don in restants if don.donneur in seules),
    )


def _toutes(echange: Echange) -> set[int]:
    """Whoever is or was in it: nobody is asked twice."""
    return set(echange.participations.values_list("entreprise_id", flat=True))


def _don(apport: Apport) -> Don:
    return Don(
        apport.donneur_id,
        apport.receveur_id,
        apport.besoin_id,
        apport.savoir_faire_id,
        apport.distance_m,
    )


def _de_l_arete(arete: Arete) -> Don:
    return Don(arete.offreur_id, arete.demandeur_id, arete.besoin_id, arete.savoir_faire_id, arete.distance_m)
