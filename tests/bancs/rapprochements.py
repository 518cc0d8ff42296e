"""`bin/bench rapprochements --paires 1000000`: what a publication and a company's matches cost, in the busiest hub.

Targets: arêtes of one new listing p95 ≤ 25 ms, in its transaction. Baseline, in the same run: the candidates of one
compétence by `ST_DWithin 50 km` then sort, what one writes first. Then, on the same tables, what `chemins` measures.

The arêtes of a whole country would take hours: those of the besoins around the hub are written first
(`--hub-km`), so that the lists a publication enters are full, as they would be.
"""

import argparse
import logging
import random
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection, transaction
from django.db.models import QuerySet

from matching import aretes, voisinage
from matching.aretes import competences_proches, completer, recalculer_aretes
from matching.models import Annonce, Arete, Besoin, SavoirFaire
from territoires.models import Commune
from tests.bancs import chemins
from tests.bancs.base import preparer_base
from tests.bancs.marche import charger, competence_la_plus_offerte
from tests.bancs.mesures import calculer, chronometrer, en_base, imprimer

HUB = "75104"  # Paris, 4ᵉ
RAYON_REFERENCE_M = 50_000


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench rapprochements")
    options.add_argument("--paires", type=int, default=1_000_000, help="besoins, and as many savoir-faire")
    options.add_argument("--mesures", type=int, default=200)
    options.add_argument("--hub-km", type=float, default=2.0, help="around the hub, arêtes are all written")
    options.add_argument("--parmi", type=int, default=1000, help="the busiest companies to draw from")
    options.add_argument("--garder", action="store_true", help="reuse the listings of the last run")
    options.add_argument("--plan", action="store_true", help="print the plan of the walks")
    options.add_argument(
        "--calcul", action="store_true", help="processor time, not the clock: a busy machine"
    )
    choix = options.parse_args(arguments)
    mesure = calculer if choix.calcul else chronometrer
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # a line for each besoin rapproché
    preparer_base()
    if not (choix.garder and SavoirFaire.objects.exists()):
        charger(choix.paires, paires=True)
    hub = Commune.objects.get(code=HUB).position
    remplir_aretes(hub, choix.hub_km * 1000)
    competence = competence_la_plus_offerte()
    mesurer_publications(hub, choix.hub_km * 1000, competence, choix.mesures, mesure)
    if choix.plan:
        imprimer_les_plans(hub, competence)
    chemins.mesurer(chemins.entreprises_denses(choix.parmi, choix.mesures), mesure)


def remplir_aretes(centre: Point, rayon_m: float) -> int:
    """Write the arêtes of every besoin within `rayon_m` of `centre`, those that have none; return how many."""
    besoins = Besoin.objects.filter(position__dwithin=(centre, D(m=rayon_m)), aretes=None).order_by("pk")
    cles = list(besoins.values_list("pk", flat=True))
    for rang in range(0, len(cles), aretes.LOT_RECONSTRUIT):
        completer(cles[rang : rang + aretes.LOT_RECONSTRUIT])
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE matching_arete")
    print(f"{len(cles)} besoins rapprochés à moins de {rayon_m / 1000:g} km ; {Arete.objects.count()} arêtes")
    return len(cles)


def mesurer_publications(
    centre: Point, rayon_m: float, competence: str, mesures: int, mesure: chemins.Chronometre
) -> None:
    for modele in (Besoin, SavoirFaire):
        annonces = tirer(modele, centre, rayon_m, competence, mesures)
        champ = "besoin__in" if modele is Besoin else "savoir_faire__in"
        Arete.objects.filter(**{champ: annonces}).delete()  # they are published for the first time
        mesure("mise en train", [partial(publier, a) for a in annonces[:5]])
        imprimer(
            f"Publier un {modele._meta.verbose_name} à Paris, compétence {competence}",
            [
                mesure("ses arêtes, dans la transaction", [partial(publier, a) for a in annonces]),
                mesure("dont les parcours de l’index", [partial(parcourir, a) for a in annonces]),
            ],
            reference=en_base("référence : ST_DWithin 50 km puis tri", reference(annonces[: mesures // 10])),
        )
        if modele is Besoin:
            completer([a.pk for a in annonces])
        else:
            recalculer_aretes(*annonces)


def tirer(modele: type[Annonce], centre: Point, rayon_m: float, code: str, nombre: int) -> list[Annonce]:
    """Draw listings of the hub: what is measured is publishing another like each of them."""
    du_hub = modele.objects.publiees().filter(competence=code, position__dwithin=(centre, D(m=rayon_m)))
    annonces = list(du_hub.order_by("pk"))
    random.Random(75).shuffle(annonces)  # noqa: S311  a bench, not a secret
    return annonces[:nombre]


def publier(annonce: Annonce) -> None:
    """Redo the arêtes of a listing as if it were new, up to the checks made on commit, and take it all back."""
    with transaction.atomic():
        recalculer_aretes(annonce)
        connection.check_constraints()
        transaction.set_rollback(True)


def parcourir(annonce: Annonce) -> None:
    """The walks of a publication where listings of the compétence are many."""
    if annonce.est_besoin:
        voisinage.listes_des_besoins([annonce.pk], longueur=aretes.PROCHES, faibles=False)
    else:
        voisinage.besoins_a_servir(annonce.pk, longueur=aretes.LONGUEUR, limite=aretes.PROCHES)


def reference(annonces: Sequence[Annonce]) -> list[QuerySet[Any]]:
    requetes: list[QuerySet[Any]] = []
    for annonce in annonces:
        autre: type[Annonce] = SavoirFaire if annonce.est_besoin else Besoin
        publies = autre.objects.publiees().filter(
            competence_id__in=competences_proches(annonce.competence_id)
        )
        a_portee = publies.filter(position__dwithin=(annonce.position, D(m=RAYON_REFERENCE_M)))
        requetes.append(a_portee.avec_distance(annonce.position).order_by("distance")[: aretes.LONGUEUR])
    return requetes


def imprimer_les_plans(centre: Point, competence: str) -> None:
    """The plans of the site's own statements, caught on their way."""
    for modele in (Besoin, SavoirFaire):
        (annonce,) = tirer(modele, centre, 2000, competence, 1)
        print(f"\n{modele._meta.verbose_name} {annonce.pk}")
        with connection.execute_wrapper(_expliquer):
            parcourir(annonce)


def _expliquer(executer: Any, sql: str, parametres: Any, plusieurs: Any, contexte: dict[str, Any]) -> Any:
    if "CROSS JOIN LATERAL" in sql:
        avant, _, requete = sql.partition("WITH ")
        with contexte["connection"].connection.cursor() as curseur:
            curseur.execute(f"{avant} EXPLAIN (ANALYZE, BUFFERS) WITH {requete}", parametres)
            while not curseur.description:
                curseur.nextset()
            print(*(ligne for (ligne,) in curseur.fetchall()), sep="\n")
    return executer(sql, parametres, plusieurs, contexte)
