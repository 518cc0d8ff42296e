"""`bin/bench essais`: one savoir-faire more for one company, on a simulated market with its current round.

Target: 300 ms at 20 000 companies, the preparation of the graph apart. Baseline, in the same run: solving the
round again from scratch with the new arcs, one second given to the engine.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np

from matching.moteur.adequation import SUR_PLACE
from matching.moteur.adequation_en_lot import Entiers, Fiches, Reels, evaluer_en_lot
from matching.moteur.simulation import MarcheSimule, frequences, simuler
from matching.moteur.simulation_graphe import CANDIDATS, distances_m, graphe_de_marche, relier
from matching.moteur.tour.essai import Effet, Essais
from matching.moteur.tour.graphe import Graphe
from matching.moteur.tour.resoudre import resoudre
from matching.moteur.tour.solution import Tour
from matching.services.arbre import charger_competences
from matching.simulation import arbre_par_frequence, lieux_de
from territoires.services import charger_geographie
from tests.bancs.mesures import chronometrer, imprimer

RAYON_M = 20_000
NIVEAU = 3

Arcs = tuple[list[int], list[int], list[float]]


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench essais")
    options.add_argument("--entreprises", type=int, default=20_000)
    options.add_argument("--departement", default="", help="all of them there, instead of all France")
    options.add_argument("--mesures", type=int, default=200)
    options.add_argument("--chaine", type=int, default=3)
    options.add_argument(
        "--tour", type=float, default=10.0, help="seconds given to the current round; 0: none"
    )
    options.add_argument("--graine", type=int, default=1)
    choix = options.parse_args(arguments)
    charger_geographie()
    charger_competences()
    marche = _dire("le marché", lambda: _marche(choix))
    graphe = _dire("ses arcs", lambda: graphe_de_marche(marche, relier(marche)))
    tour = _dire("le tour en cours", lambda: _tour(graphe, choix)) if choix.tour else None
    essais = _dire("préparation", lambda: Essais.preparer(graphe, tour, chaine=choix.chaine))
    questions = list(_questions(marche, choix.mesures, choix.graine))
    effets: list[Effet] = []
    mesure = chronometrer(
        "un savoir-faire de plus", [partial(_essayer, essais, q, effets) for q in questions]
    )
    imprimer(
        f"{choix.entreprises} entreprises, {graphe.sommets} sommets, {len(graphe.origine)} arcs, "
        f"{tour.servis if tour else 0} servis, chaînes ≤ {choix.chaine}",
        [mesure],
        reference=chronometrer(
            "référence : refaire le tour, 1 s donnée au moteur",
            [partial(_refaire, graphe, q, choix.chaine) for q in questions[:3]],
        ),
    )
    print(
        f"  au plus {max(mesure.durees):.0f} ms ; arcs ajoutés : {np.mean([len(q[0]) for q in questions]):.0f} en "
        f"moyenne ; gain : {np.mean([e.gain for e in effets]):.2f}, dont {sum(bool(e.retire) for e in effets)} fois en "
        f"défaisant un échange ; directs : {np.mean([len(e.directs) for e in effets]):.2f} ; "
        f"entier : {sum(e.est_complet for e in effets)} fois sur {len(effets)}"
    )


T = TypeVar("T")


def _dire(quoi: str, faire: Callable[[], T]) -> T:
    debut = time.perf_counter()
    fait = faire()
    print(f"{quoi} : {time.perf_counter() - debut:.1f} s", flush=True)
    return fait


def _marche(choix: argparse.Namespace) -> MarcheSimule:
    lieux = lieux_de(departement=choix.departement)
    return simuler(choix.entreprises, choix.graine, lieux=lieux, arbre=arbre_par_frequence())


def _tour(graphe: Graphe, choix: argparse.Namespace) -> Tour:
    return resoudre(graphe, cycle=3, chaine=choix.chaine, duree=choix.tour, graine=choix.graine)


def _questions(marche: MarcheSimule, nombre: int, graine: int) -> list[Arcs]:
    """A company and a compétence by Zipf's law, each time; the arcs a site would find."""
    hasard = np.random.default_rng(graine)
    questions: list[Arcs] = []
    poids = frequences(len(marche.arbre.codes))
    while len(questions) < nombre:
        entreprise = int(hasard.integers(len(marche.commune)))
        arcs = _arcs(marche, entreprise, int(hasard.choice(len(poids), p=poids)))
        if arcs[0]:
            questions.append(arcs)
    return questions


def _arcs(marche: MarcheSimule, entreprise: int, competence: int) -> Arcs:
    b = np.flatnonzero(np.isin(marche.besoins.competence, marche.arbre.proches[competence]))
    besoins = marche.besoins.prendre(b)
    savoir = _savoir(marche, entreprise, competence, len(b))
    metres = distances_m(savoir.longitude, savoir.latitude, besoins.longitude, besoins.latitude)
    bons, scores = evaluer_en_lot(besoins, savoir, metres)
    proches = np.argsort(metres[bons], kind="stable")[:CANDIDATS]
    return _vers(marche, entreprise, b[bons[proches]], scores[proches])


def _savoir(marche: MarcheSimule, entreprise: int, competence: int, nombre: int) -> Fiches:
    """The same listing, as many times as there are besoins."""

    def partout(valeur: int) -> Entiers:
        return np.full(nombre, valeur)

    return Fiches(
        entreprise=partout(entreprise),
        competence=partout(competence),
        modalites=partout(int(SUR_PLACE)),
        rayon_m=partout(RAYON_M),
        niveau=partout(NIVEAU),
        creneaux=partout(0),
        commune=partout(int(marche.commune[entreprise])),
        publiee_j=np.zeros(nombre),
        longitude=np.full(nombre, marche.longitude[entreprise]),
        latitude=np.full(nombre, marche.latitude[entreprise]),
    )


def _vers(marche: MarcheSimule, entreprise: int, besoins: Entiers, scores: Reels) -> Arcs:
    siens = np.flatnonzero(marche.entreprise == entreprise).tolist()
    fins = marche.sommet_besoin[besoins].tolist()
    return ([u for u in siens for _ in fins], fins * len(siens), scores.tolist() * len(siens))


def _essayer(essais: Essais, question: Arcs, effets: list[Effet]) -> None:
    effets.append(essais.essayer(*question))


def _refaire(graphe: Graphe, question: Arcs, chaine: int) -> None:
    depart, arrivee, poids = question
    cles = graphe.origine * graphe.sommets + graphe.arrivee
    ajoutes = np.array(depart) * graphe.sommets + np.array(arrivee)
    neufs = ~np.isin(ajoutes, cles)
    nouveau = Graphe.construire(
        graphe.sommets,
        np.concatenate([graphe.origine, np.array(depart)[neufs]]),
        np.concatenate([graphe.arrivee, np.array(arrivee)[neufs]]),
        np.concatenate([graphe.poids, np.array(poids)[neufs]]),
        graphe.donneurs.tolist(),
    )
    resoudre(nouveau, cycle=3, chaine=chaine, duree=1.0)
