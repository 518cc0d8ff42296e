"""The truth, by trying everything: for graphs of a few vertices."""

from itertools import permutations

from matching.moteur.tour.graphe import Graphe


def groupes_possibles(graphe: Graphe, cycle: int, chaine: int) -> list[tuple[frozenset[int], int, float]]:
    """Return (vertices, served, weight) of each circle and each chain."""
    poids = dict(
        zip(
            zip(graphe.origine.tolist(), graphe.arrivee.tolist(), strict=True),
            graphe.poids.tolist(),
            strict=True,
        )
    )
    donneurs = set(graphe.donneurs.tolist())
    receveurs = [v for v in range(graphe.sommets) if v not in donneurs]
    groupes = []
    for longueur in range(2, cycle + 1):
        for sommets in permutations(receveurs, longueur):
            dons = list(zip(sommets, [*sommets[1:], sommets[0]], strict=True))
            if min(sommets) == sommets[0] and all(don in poids for don in dons):
                groupes.append((frozenset(sommets), longueur, sum(poids[don] for don in dons)))
    for longueur in range(1, chaine + 1):
        for suite in permutations(receveurs, longueur):
            for donneur in donneurs:
                dons = list(zip((donneur, *suite), suite, strict=False))
                if all(don in poids for don in dons):
                    groupes.append((frozenset((donneur, *suite)), longueur, sum(poids[don] for don in dons)))
    return groupes


def meilleur(graphe: Graphe, cycle: int, chaine: int) -> tuple[int, float]:
    """Return the largest number served, and the largest weight that goes with it."""
    etats: dict[frozenset[int], tuple[int, float]] = {frozenset(): (0, 0.0)}
    for sommets, servis, poids in groupes_possibles(graphe, cycle, chaine):
        for pris, (deja, lourd) in list(etats.items()):
            if pris.isdisjoint(sommets):
                ensemble, valeur = pris | sommets, (deja + servis, lourd + poids)
                etats[ensemble] = max(etats.get(ensemble, (0, 0.0)), valeur)
    return max(etats.values())
