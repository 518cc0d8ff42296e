"""The truth about a market, by trying everything: for a few companies."""

from itertools import product

from matching.moteur.tour.marche import Don, Marche, SansEchange

Niveaux = tuple[int, int, int]
"""Besoins served, score in thousandths, days waited."""
Emplois = tuple[tuple[str, int], ...]
"""What is used up, sorted, as many times as it is."""


def echanges_possibles(marche: Marche, cycle: int, chaine: int) -> list[list[Don]]:
    """Return every circle (once) and every chain."""
    dons = [marche.don(arete) for arete in range(len(marche.aretes))]
    donneuses = set(marche.entreprises[marche.donneuses].tolist())
    suites = [[don] for don in dons]
    trouves = []
    for longueur in range(1, max(cycle, chaine) + 1):
        for suite in suites:
            depart, fin = suite[0].donneur, suite[-1].receveur
            if fin == depart and 2 <= longueur <= cycle and depart == min(don.donneur for don in suite):
                trouves.append(suite)
            if longueur <= chaine and depart in donneuses:
                trouves.append(suite)
        suites = [
            [*suite, don]
            for suite, don in product(suites, dons)
            if suite[-1].receveur == don.donneur and don.donneur not in [d.donneur for d in suite]
            # a chain never comes back; a circle comes back to its start and stops there
            if don.receveur not in [d.donneur for d in suite[1:]] and suite[-1].receveur != suite[0].donneur
        ]
    return trouves


def meilleur_tour(
    marche: Marche, cycle: int, chaine: int, *, imposes: list[list[Don]], exclus: list[SansEchange]
) -> Niveaux | None:
    """Return the best levels of a round that holds `imposes`; None when these do not fit together."""
    jamais = [set(exclusion.dons) for exclusion in exclus]
    limites = _limites(marche)
    depart = tuple(sorted(emploi for suite in imposes for emploi in _emplois(suite)))
    if not _tiennent(depart, limites):
        return None
    etats: dict[Emplois, Niveaux] = {depart: _niveaux([don for suite in imposes for don in suite])}
    for suite in echanges_possibles(marche, cycle, chaine):
        if {(don.besoin, don.savoir_faire) for don in suite} in jamais:
            continue
        plus = _niveaux(suite)
        for emplois, (servis, points, attente) in list(etats.items()):
            ensemble = tuple(sorted(emplois + _emplois(suite)))
            if _tiennent(ensemble, limites):
                valeur = (servis + plus[0], points + plus[1], attente + plus[2])
                etats[ensemble] = max(etats.get(ensemble, (0, 0, 0)), valeur)
    return max(etats.values())


def _limites(marche: Marche) -> dict[tuple[str, int], int]:
    limites = {("besoin", int(besoin)): 1 for besoin in marche.besoins}
    for nom, identifiants, nombres in (
        ("savoir-faire", marche.savoir_faire, marche.places),
        ("entreprise", marche.entreprises, marche.capacites),
    ):
        limites |= {(nom, i): n for i, n in zip(identifiants.tolist(), nombres.tolist(), strict=True)}
    return limites


def _emplois(suite: list[Don]) -> Emplois:
    entreprises = {don.donneur for don in suite} | {don.receveur for don in suite}
    return (
        *(("besoin", don.besoin) for don in suite),
        *(("savoir-faire", don.savoir_faire) for don in suite),
        *(("entreprise", entreprise) for entreprise in entreprises),
    )


def _tiennent(emplois: Emplois, limites: dict[tuple[str, int], int]) -> bool:
    return all(emplois.count(emploi) <= limites[emploi] for emploi in set(emplois))


def _niveaux(dons: list[Don]) -> Niveaux:
    points = sum(round(don.score * 1000) for don in dons)
    return len(dons), points, sum(don.attente for don in dons)
