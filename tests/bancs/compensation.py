"""`bin/bench compensation`: the rounds of a territory, against « HiGHS on all circles » run beside.

`--fichiers DIR`: each graph of the directory (circles of 3, and chains of `--chaine` gifts where there are donors).
`--tailles 5000,10000`: synthetic markets of the profiles named (`marche_synthetique.py`: « repère » is the family of the
first measures, the others are harder). The reference knows circles only: beside chains there is no
ratio. Each figure is the median of `--repetitions` runs, in this process; beside wall time, the processor's: the
one to read on a machine that does something else.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from matching.moteur.tour.graphe import Graphe
from matching.moteur.tour.lecture import lire_graphe
from matching.moteur.tour.programme import choisir
from matching.moteur.tour.reserve import Reserve
from matching.moteur.tour.resoudre import resoudre
from matching.moteur.tour.solution import Tour
from matching.moteur.tour.verification import verifier_tour
from tests.bancs.marche_synthetique import PROFILS, creer_marche

CYCLE = 3


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench compensation")
    options.add_argument("--fichiers", type=Path, help="a directory of .json or .json.gz graphs")
    options.add_argument("--tailles", default="", help="companies of the synthetic markets: 5000,10000")
    options.add_argument("--profils", default="repere,territoire,dense")
    options.add_argument("--duree", type=float, default=20.0, help="seconds given to the engine")
    options.add_argument("--reference", type=float, default=20.0, help="seconds given to HiGHS; 0: not run")
    options.add_argument("--chaine", type=int, default=3)
    options.add_argument("--repetitions", type=int, default=3)
    options.add_argument("--graine", type=int, default=1)
    choix = options.parse_args(arguments)
    print(
        f"{'graphe':34}{'sommets':>8}{'arcs':>9}{'chaîne':>7}{'servis':>8}{'borne':>7}{'écart':>8}"
        f"{'moteur':>9}{'calcul':>9}{'Mo':>6}   HiGHS sur tous les cercles"
    )
    for chemin in sorted(choix.fichiers.iterdir()) if choix.fichiers else []:
        graphe = lire_graphe(chemin)
        _comparer(chemin.name.split(".")[0], graphe, 0, choix)
        if len(graphe.donneurs) and choix.chaine:
            _comparer(chemin.name.split(".")[0], graphe, choix.chaine, choix)
    for taille in filter(None, choix.tailles.split(",")):
        for nom in choix.profils.split(","):
            marche = creer_marche(int(taille), choix.graine, profil=PROFILS[nom])
            _comparer(f"{nom} {taille}", marche, 0, choix)


def _comparer(nom: str, graphe: Graphe, chaine: int, choix: argparse.Namespace) -> None:
    tours: list[Tour] = []
    calculs: list[float] = []
    for _ in range(choix.repetitions):
        debut = time.process_time()
        tours.append(resoudre(graphe, cycle=CYCLE, chaine=chaine, duree=choix.duree, graine=choix.graine))
        calculs.append(time.process_time() - debut)
        verifier_tour(graphe, tours[-1], cycle=CYCLE, chaine=chaine)
    duree = statistics.median(tour.duree_s for tour in tours)
    calcul = statistics.median(calculs)
    tour = sorted(tours, key=lambda t: t.ecart)[len(tours) // 2]
    reference = "" if chaine or not choix.reference else _reference(graphe, choix, calcul)
    print(
        f"{nom:34}{graphe.sommets:>8}{len(graphe.origine):>9}{chaine:>7}{tour.servis:>8}{tour.borne:>7}"
        f"{tour.ecart:>8.2%}{duree:>7.2f} s{calcul:>7.2f} s{tour.memoire_mo:>6.0f}   {reference}",
        flush=True,
    )


def _reference(graphe: Graphe, choix: argparse.Namespace, moteur: float) -> str:
    """Give HiGHS every circle, as many times, and say how much longer it takes."""

    def une_fois() -> float:
        return choisir(cercles, graphe.capacites, duree=choix.reference).valeur

    cercles = Reserve.de(graphe, CYCLE, 0).cercles
    durees, calculs, valeurs = zip(*(_chronometrer(une_fois) for _ in range(choix.repetitions)), strict=True)
    calcul = statistics.median(calculs)
    fini = statistics.median(durees) < choix.reference
    rapport = f"{'' if fini else '> '}{calcul / moteur:.1f} fois"
    suite = "" if fini else ", pas fini"
    return f"{calcul:.2f} s de calcul ({rapport}), {statistics.median(valeurs):.0f} servis{suite}"


def _chronometrer(action: Callable[[], float]) -> tuple[float, float, float]:
    """Return wall time, processor time and what the action says."""
    debut, calcul = time.perf_counter(), time.process_time()
    valeur = action()
    return time.perf_counter() - debut, time.process_time() - calcul, valeur
