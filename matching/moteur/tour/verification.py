"""An independent check of a round: plain Python, the arcs as they were read, nothing of the solver."""

from collections.abc import Iterable
from itertools import pairwise

from matching.moteur.tour.graphe import Graphe
from matching.moteur.tour.solution import Tour


class TourInvalide(AssertionError):
    """The round breaks a rule; `str()` says which one."""


def verifier_tour(graphe: Graphe, tour: Tour, *, cycle: int, chaine: int) -> None:
    """Raise `TourInvalide` unless circles and chains are disjoint, made of arcs that exist, within the
    lengths asked, started by donors when they are chains and without donors when they are circles, and
    counted right."""
    arcs = set(zip(graphe.origine.tolist(), graphe.arrivee.tolist(), strict=True))
    donneurs = set(graphe.donneurs.tolist())
    _exiger_disjoints([*tour.cycles, *tour.chaines])
    for cercle in tour.cycles:
        _exiger(2 <= len(cercle) <= cycle, f"le cercle {cercle} n’a pas une longueur permise")
        _exiger(donneurs.isdisjoint(cercle), f"le cercle {cercle} passe par un donneur")
        _exiger_arcs(arcs, [*cercle, cercle[0]])
    for suite in tour.chaines:
        _exiger(2 <= len(suite) <= chaine + 1, f"la chaîne {suite} n’a pas une longueur permise")
        _exiger(suite[0] in donneurs, f"la chaîne {suite} ne part pas d’un donneur")
        _exiger(donneurs.isdisjoint(suite[1:]), f"la chaîne {suite} revient à un donneur")
        _exiger_arcs(arcs, suite)
    servis = sum(map(len, tour.cycles)) + sum(len(suite) - 1 for suite in tour.chaines)
    _exiger(servis == tour.servis, f"{tour.servis} servis annoncés, {servis} comptés")
    _exiger(tour.servis <= tour.borne, f"{tour.servis} servis dépassent la borne {tour.borne}")


def _exiger(vrai: bool, sinon: str) -> None:  # noqa: FBT001  reads as a sentence
    if not vrai:
        raise TourInvalide(sinon)


def _exiger_disjoints(groupes: Iterable[list[int]]) -> None:
    vus: set[int] = set()
    for groupe in groupes:
        for sommet in groupe:
            _exiger(sommet not in vus, f"le sommet {sommet} sert deux fois")
            vus.add(sommet)


def _exiger_arcs(arcs: set[tuple[int, int]], chemin: list[int]) -> None:
    for arc in pairwise(chemin):
        _exiger(arc in arcs, f"l’arc {arc} n’existe pas")
