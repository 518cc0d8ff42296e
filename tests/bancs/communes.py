"""`bin/bench communes`: the search of a commune on the whole of France, its speed and how often it is right.

Target: p95 ≤ 20 ms in the database. Baseline, in the same run: one trigram similarity for every commune.
"""

import argparse
import random
from collections.abc import Callable, Sequence
from functools import partial

from django.contrib.postgres.search import TrigramSimilarity

from echange.socle.textes import cle_de_nom
from territoires.models import CANDIDATES, Commune
from territoires.services import charger_geographie
from tests.bancs.mesures import chronometrer, en_base, imprimer

GRANDES = 3000  # half of the communes asked are among these, where most people are


def faute(nom: str, hasard: random.Random) -> str:
    """One letter forgotten, doubled, exchanged with its neighbour or replaced."""
    i = hasard.randrange(1, len(nom) - 1) if len(nom) > 2 else 0
    return hasard.choice(
        (
            nom[:i] + nom[i + 1 :],
            nom[:i] + nom[i] + nom[i:],
            nom[:i] + nom[i + 1 : i + 2] + nom[i] + nom[i + 2 :],
            nom[:i] + hasard.choice("aeiourstln") + nom[i + 1 :],
        )
    )


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench communes")
    options.add_argument("--mesures", type=int, default=300)
    mesures = options.parse_args(arguments).mesures
    charger_geographie(dire=print)
    hasard = random.Random(35)  # noqa: S311  a bench, not a secret
    voulues = tirer(mesures, hasard)
    saisies: dict[str, Callable[[Commune], str]] = {
        "le nom entier": lambda c: c.nom,
        "ses premières lettres": lambda c: c.nom[: max(4, len(c.nom) * 2 // 3)],
        "une faute": lambda c: faute(c.nom, hasard),
        "une faute, et le département": lambda c: f"{faute(c.nom, hasard)} {c.departement_id}",
        "le code postal et le nom": lambda c: f"{c.codes_postaux.all()[0]} {c.nom}",
        "le code postal": lambda c: c.codes_postaux.all()[0].code,
    }
    resultats = {nom: [(c, saisir(c)) for c in voulues] for nom, saisir in saisies.items()}
    mesurer(resultats)
    for nom, demandes in resultats.items():
        trouvees = [(c, Commune.objects.proposer(texte)) for c, texte in demandes]
        premieres = sum(bool(t) and t[0] == c for c, t in trouvees) / mesures
        presentes = sum(c in t for c, t in trouvees) / mesures
        print(f"  {nom:32} en tête {premieres:5.0%}   parmi les proposées {presentes:5.0%}")


def tirer(nombre: int, hasard: random.Random) -> list[Commune]:
    communes = Commune.objects.filter(parente=None, a_arrondissements=False, codes_postaux__isnull=False)
    triees = list(communes.distinct().order_by("-population").prefetch_related("codes_postaux"))
    return [*hasard.sample(triees[:GRANDES], nombre // 2), *hasard.sample(triees, nombre - nombre // 2)]


def mesurer(resultats: dict[str, list[tuple[Commune, str]]]) -> None:
    communes = Commune.objects.choisissables()
    fautes = [texte for _, texte in resultats["une faute"]]
    en_base("mise en train", [communes.chercher(texte)[:CANDIDATES] for texte in fautes[:20]])
    imprimer(
        "Votre commune ou code postal",
        [
            *(
                en_base(nom, [communes.chercher(texte)[:CANDIDATES] for _, texte in demandes])
                for nom, demandes in resultats.items()
            ),
            chronometrer("une faute, vue de Python", [partial(Commune.objects.proposer, t) for t in fautes]),
        ],
        reference=en_base(
            "référence : ressemblance avec chaque commune",
            [
                Commune.objects.order_by(-TrigramSimilarity("cle_nom", cle_de_nom(t)))[:CANDIDATES]
                for t in fautes[:50]
            ],
        ),
    )
