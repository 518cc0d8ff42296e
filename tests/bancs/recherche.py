"""`bin/bench recherche --annonces 1000000`: the real ORM queries, where it is dense and where it is not.

Target: p95 ≤ 20 ms in the database. Baseline, in the same run: the same neighbours by
`ST_DWithin … ORDER BY distance`, what one writes first.
"""

import argparse
import json
import random
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from pathlib import Path

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import QuerySet

from matching.aretes import LONGUEUR, competences_proches
from matching.candidates import lire_candidates
from matching.models import Besoin, SavoirFaire
from matching.recherche import DU_LIEU, PAR_COMPETENCE, RESULTATS_MAX, competences_lues
from territoires.models import Commune
from tests.bancs.base import preparer_base
from tests.bancs.marche import charger, competence_la_plus_offerte
from tests.bancs.mesures import chronometrer, en_base, imprimer

LIEUX = {"Paris": "75056", "Rennes": "35238", "un village": "48050"}
PHRASES = "matching/donnees/rapprochement_mise_au_point.json"
RESULTATS = 40
RAYON_M = 50_000


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench recherche")
    options.add_argument("--annonces", type=int, default=1_000_000)
    options.add_argument("--mesures", type=int, default=200)
    options.add_argument("--garder", action="store_true", help="reuse the listings of the last run")
    choix = options.parse_args(arguments)
    preparer_base()
    if not (choix.garder and SavoirFaire.objects.exists()):
        charger(choix.annonces)
    competence = competence_la_plus_offerte()
    print(
        f"Compétence la plus offerte : {competence}, {SavoirFaire.objects.filter(competence=competence).count()}"
    )
    for nom, code in LIEUX.items():
        mesurer(nom, Commune.objects.get(code=code).position, competence, choix.mesures)


def mesurer(nom: str, centre: Point, competence: str, mesures: int) -> None:
    hasard = random.Random(nom)  # noqa: S311  a bench, not a secret
    points = [
        Point(centre.x + hasard.uniform(-0.05, 0.05), centre.y + hasard.uniform(-0.03, 0.03), srid=4326)
        for _ in range(mesures)
    ]
    voisines = competences_proches(competence)
    recherches = [SavoirFaire.objects.autour(p, [competence], RESULTATS) for p in points]
    candidats = [SavoirFaire.objects.autour(p, voisines, LONGUEUR) for p in points]
    besoins = [Besoin.objects.autour(p, voisines, LONGUEUR) for p in points]
    phrases = _lire_phrases()
    commune = Commune.objects.get(code=LIEUX[nom])
    limites = {"premiers": RESULTATS_MAX, "autres": PAR_COMPETENCE, "du_lieu": DU_LIEU}
    mots = [
        partial(lire_candidates, commune, competences_lues(phrase), **limites)
        for _, phrase in zip(points, cycle(phrases), strict=False)
    ]
    chronometrer("mise en train", mots[:10])
    for requetes in (recherches, candidats, besoins):
        en_base("mise en train", requetes[:5])
    imprimer(
        f"{nom} — {mesures} points",
        [
            en_base(f"recherche : {RESULTATS} plus proches, en base", recherches),
            chronometrer("recherche : la même, vue de Python", [partial(list, q.all()) for q in recherches]),
            chronometrer("par les mots : tout ce qui se classe, vu de Python", mots),
            en_base(f"rapprochements d’un besoin ({len(voisines)} × {LONGUEUR}), en base", candidats),
            en_base("rapprochements d’un savoir-faire, en base", besoins),
        ],
        reference=en_base(
            "référence : ST_DWithin 50 km puis tri", _reference(points[: mesures // 5], competence)
        ),
    )


def _lire_phrases() -> list[str]:
    """Real sentences: how many compétences one may mean is what a search by words costs."""
    jeu = json.loads((Path(__file__).resolve().parent.parent / PHRASES).read_text(encoding="utf-8"))
    return [texte for texte, _ in jeu["besoins"] if competences_lues(texte)]


def _reference(points: Sequence[Point], competence: str) -> list[QuerySet[SavoirFaire]]:
    publies = SavoirFaire.objects.publiees().filter(competence_id=competence)
    return [
        publies.filter(position__dwithin=(p, D(m=RAYON_M))).avec_distance(p).order_by("distance")[:RESULTATS]
        for p in points
    ]
