"""`bin/bench nation`: every territoire's round in one night, several at a time.

`--territoires 20 --taille 5000`: markets drawn one seed each, solved by `--processus` processes that share the
machine. What is printed is each round, then the sum: served, proven bound, gap, and how long it took in all.
"""

import argparse
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from matching.moteur.tour.resoudre import resoudre
from matching.moteur.tour.solution import Tour
from matching.moteur.tour.verification import verifier_tour
from tests.bancs.marche_synthetique import PROFILS, creer_marche

CYCLE = 3


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench nation")
    options.add_argument("--territoires", type=int, default=20)
    options.add_argument("--taille", type=int, default=5_000, help="companies of each territoire")
    options.add_argument("--profil", choices=PROFILS, default="territoire")
    options.add_argument("--processus", type=int, default=2)
    options.add_argument("--duree", type=float, default=14.0, help="seconds given to the engine for each one")
    choix = options.parse_args(arguments)
    debut = time.perf_counter()
    servis = borne = 0
    # A fresh process each: a solver's threads do not survive a fork.
    with ProcessPoolExecutor(choix.processus, mp_context=get_context("spawn")) as equipe:
        graines = range(1, choix.territoires + 1)
        taches = [equipe.submit(_un_tour, choix.profil, choix.taille, g, choix.duree) for g in graines]
        for graine, tache in zip(graines, taches, strict=True):
            tour = tache.result()
            servis, borne = servis + tour.servis, borne + tour.borne
            print(
                f"territoire {graine:>3}  {_ligne(tour.servis, tour.borne)}  {tour.duree_s:6.1f} s",
                flush=True,
            )
    print(
        f"{choix.territoires * choix.taille} entreprises  {_ligne(servis, borne)}  "
        f"{time.perf_counter() - debut:6.1f} s en tout, marchés tirés compris"
    )


def _un_tour(profil: str, taille: int, graine: int, duree: float) -> Tour:
    marche = creer_marche(taille, graine, profil=PROFILS[profil])
    tour = resoudre(marche, cycle=CYCLE, chaine=0, duree=duree, graine=graine)
    verifier_tour(marche, tour, cycle=CYCLE, chaine=0)
    return tour


def _ligne(servis: int, borne: int) -> str:
    return f"{servis:>6} servis sur {borne:>6} au plus, écart {(borne - servis) / max(1, borne):6.2%}"
