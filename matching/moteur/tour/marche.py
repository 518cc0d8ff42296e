"""A market's round: companies with several besoins and several savoir-faire, up to their capacity.

This module is the contract with the service that stores rounds. It takes rows as the database has them and
gives gifts back in the same identifiers:

    marche = Marche.construire(entreprises=…, besoins=…, savoir_faire=…, aretes=…)
    resultat = resoudre_marche(
        marche, cycle=3, chaine=4, duree=60.0, graine=1, imposes=(), exclus=(), arreter=…, progres=…
    )

`imposes` are exchanges that must be in the round, each a sequence of (besoin, savoir-faire) in the order of
the gifts; `exclus` is any mix of `SansEntreprise`, `SansBesoin`, `SansSavoirFaire`, `SansDon` and
`SansEchange`. What cannot be done raises `MarcheInvalide` or `DemandeInvalide`: one sentence in French.
"""

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from matching.moteur.tour.controle import Controle, Progres
from matching.moteur.tour.graphe import Entiers, Graphe
from matching.moteur.tour.marche_donnees import (
    POINTS,
    Don,
    Echange,
    Exclusion,
    Marche,
    MarcheInvalide,
    Nature,
    Paire,
    ResultatMarche,
    SansBesoin,
    SansDon,
    SansEchange,
    SansEntreprise,
    SansSavoirFaire,
)
from matching.moteur.tour.marche_graphe import construire_graphe
from matching.moteur.tour.marche_imposes import Reste, echange, fixer
from matching.moteur.tour.marche_verification import verifier_resultat
from matching.moteur.tour.reserve import Colonnes, Reserve
from matching.moteur.tour.resoudre import DemandeInvalide, Ronde, calculer, memoire_mo, verifier_demande

__all__ = [
    "DemandeInvalide",
    "Don",
    "Echange",
    "Exclusion",
    "Marche",
    "MarcheInvalide",
    "Nature",
    "Paire",
    "ResultatMarche",
    "SansBesoin",
    "SansDon",
    "SansEchange",
    "SansEntreprise",
    "SansSavoirFaire",
    "resoudre_marche",
]


def resoudre_marche(  # noqa: PLR0913  each option is one thing an animator decides
    marche: Marche,
    *,
    cycle: int = 3,
    chaine: int = 4,
    duree: float = 60.0,
    graine: int = 1,
    imposes: Sequence[Sequence[Paire]] = (),
    exclus: Iterable[Exclusion] = (),
    arreter: Callable[[], bool] = lambda: False,
    progres: Progres = lambda servis, borne: None,
) -> ResultatMarche:
    """Return the round that serves the most besoins, then has the best total score, then serves those that
    have waited longest, by circles of at most `cycle` companies (0, 2 or 3) and chains of at most `chaine`
    gifts (0 to 10) from companies that only give. No company is twice in one circle or chain.

    `imposes` are in the round, first, with `est_impose`: each lists its gifts in order, a circle when the
    last giver is the first receiver (of 4 companies at most: an animator's), else a chain. `exclus` are
    never in it. `duree` (seconds) is a budget: the best round found within it is returned, with what is
    proven of it. `arreter` is asked now and then: True returns the best round known. `progres` receives
    (besoins served, bound) as they change. The answer depends only on the market, the options and `graine`
    when the budget is not exhausted.

    Raises `DemandeInvalide` for a length or a duration out of range, an imposed exchange that is not made
    of arêtes that follow each other, does not fit the capacities together with the others, or is excluded.
    """
    verifier_demande(cycle, chaine, duree)
    debut = time.monotonic()
    exclusions = list(exclus)
    reste = fixer(marche, imposes, exclusions)
    graphe, aretes = construire_graphe(marche, reste, chaine=chaine)
    deja = sum(len(impose.dons) for impose in reste.imposes)
    controle = Controle(
        debut + duree, graine, arreter, lambda servis, borne: progres(deja + servis, deja + borne)
    )
    reserve = Reserve.de(graphe, cycle, chaine, _interdites(reste, aretes))
    ronde = calculer(reserve, controle)
    echanges = (*reste.imposes, *_echanges(marche, graphe, ronde.colonnes, aretes))
    resultat = _resultat(echanges, deja, ronde, debut)
    verifier_resultat(marche, resultat, cycle=cycle, chaine=chaine, exclus=exclusions)
    return resultat


def _interdites(reste: Reste, aretes: Entiers) -> tuple[tuple[int, ...], ...]:
    """Name the forbidden exchanges by their arcs, when all of these are there."""
    arc = {int(arete): numero for numero, arete in enumerate(aretes)} if reste.interdites else {}
    return tuple(
        tuple(arc[arete] for arete in interdite)
        for interdite in reste.interdites
        if all(arete in arc for arete in interdite)
    )


def _echanges(marche: Marche, graphe: Graphe, colonnes: Colonnes, aretes: Entiers) -> list[Echange]:
    """Return circles, each from its first company, then chains, in order of companies."""
    arcs = colonnes.arcs_de(graphe)
    trouves: list[Echange] = []
    for rang in range(len(colonnes)):
        siens = arcs[colonnes.debuts[rang] : colonnes.debuts[rang + 1] - colonnes.est_chaine[rang]]
        dons = [marche.don(int(aretes[arc])) for arc in siens]
        premier = 0 if colonnes.est_chaine[rang] else int(np.argmin([don.donneur for don in dons]))
        trouves.append(echange((*dons[premier:], *dons[:premier])))
    return sorted(trouves, key=lambda trouve: (trouve.nature != "cercle", trouve.dons))


def _resultat(echanges: tuple[Echange, ...], deja: int, ronde: Ronde, debut: float) -> ResultatMarche:
    dons = [don for trouve in echanges for don in trouve.dons]
    borne = deja + ronde.borne
    prouve_score, prouve_attente = ronde.prouves
    return ResultatMarche(
        echanges=echanges,
        servis=len(dons),
        borne=borne,
        score=sum(round(don.score * POINTS) for don in dons) / POINTS,
        attente=sum(don.attente for don in dons),
        prouve_servis=len(dons) == borne,
        prouve_score=prouve_score,
        prouve_attente=prouve_attente,
        duree_s=time.monotonic() - debut,
        memoire_mo=memoire_mo(),
    )
