"""The query plans say why it is fast: indexes walked in the order one wants, one look-up a pair."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from matching import chemins
from matching.aretes import recalculer_aretes
from matching.candidates import lire_candidates
from matching.chemins import Chemin
from matching.models import Besoin, SavoirFaire
from profils.models import Entreprise
from territoires.models import Commune
from tests.fabriques import creer_besoin, creer_entreprise, creer_savoir_faire

RENNES = Point(-1.678, 48.117, srid=4326)


@pytest.mark.django_db
@pytest.mark.parametrize("modele", [Besoin, SavoirFaire])
def test_les_plus_proches_suivent_l_index_compose(modele: type[Besoin] | type[SavoirFaire]) -> None:
    entreprise = creer_entreprise("Le Gros Fournil")
    for _ in range(30):
        creer_savoir_faire(entreprise, "photos-produits")
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        curseur.execute("SET LOCAL enable_sort = off")
        plan = modele.objects.plus_proches(RENNES, "photos-produits", 20).explain()
    index = f"{modele._meta.model_name}_competence_position"
    ligne = next(ligne for ligne in plan.splitlines() if index in ligne)
    assert "Index Scan" in ligne
    assert "Index Cond" in plan
    assert "competence_id" in plan.split("Index Cond", 1)[1].splitlines()[0]
    assert 'Order By: ("position" <->' in plan.replace("matching_" + str(modele._meta.model_name) + ".", "")
    assert "Sort" not in plan


def _chaines(entreprise: Entreprise, besoin: Besoin | None) -> list[Chemin]:
    return chemins.chaines(entreprise, chemins.boucles_et_directs(entreprise, besoin))


@pytest.mark.django_db
def test_une_recherche_marche_dans_l_ordre_des_index() -> None:
    """The nearest of each compétence, the latest of the commune: never a table read to be sorted."""
    entreprise = creer_entreprise("Le Gros Fournil")
    for competence in ("photos-produits", "instagram", "site-vitrine"):
        for _ in range(30):
            creer_savoir_faire(entreprise, competence)
    demandees: list[tuple[str, Any]] = []
    rennes = Commune.objects.get(code="35238")
    competences = ["photos-produits", "instagram", "site-vitrine"]
    with connection.execute_wrapper(partial(_noter, demandees)):
        lues = lire_candidates(rennes, competences, premiers=20, autres=5, du_lieu=10)
    ((sql, parametres),) = demandees
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE matching_savoirfaire")
        for reglage in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            curseur.execute(f"SET LOCAL {reglage} = off")
        curseur.execute(f"EXPLAIN {sql}", parametres)
        plan = "\n".join(ligne for (ligne,) in curseur.fetchall())
    assert 30 <= len(lues) <= 40  # the latest are among the nearest, or not
    assert plan.count("using savoirfaire_competence_position") == 2
    assert plan.count('Order By: ("position" <->') == 2
    assert "using savoirfaire_commune_recentes" in plan
    assert plan.count("Sort  (") == plan.count("Incremental Sort  (")  # of those of one instant only


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chercher", "index"),
    [
        (
            chemins.boucles_et_directs,
            {"arete_demandeur_score", "arete_offreur_score", "arete_demandeur_offreur"},
        ),
        (
            chemins.cercles_de_quatre,
            {"arete_demandeur_score", "arete_offreur_score", "arete_demandeur_offreur"},
        ),
        (_chaines, {"arete_demandeur_score"}),
    ],
)
def test_les_chemins_suivent_les_index_des_aretes(
    boulangerie: Entreprise,
    chercher: Callable[[Entreprise, Besoin | None], list[Chemin]],
    index: set[str],
) -> None:
    """A company's best arêtes are read in the order of the index, a pair by one look-up: never the table."""
    for rang in range(12):
        voisine = creer_entreprise(f"Voisine {rang}")
        creer_savoir_faire(voisine, "instagram")
        recalculer_aretes(creer_besoin(voisine, "photos-produits"))
    recalculer_aretes(creer_savoir_faire(boulangerie, "photos-produits"))
    recalculer_aretes(creer_besoin(boulangerie, "instagram"))
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE matching_arete")
        for reglage in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
            curseur.execute(f"SET LOCAL {reglage} = off")
    demandees: list[tuple[str, Any]] = []
    with connection.execute_wrapper(partial(_noter, demandees)):
        chercher(boulangerie, None)
    sql, parametres = demandees[-1]
    with connection.cursor() as curseur:
        curseur.execute(f"EXPLAIN {sql}", parametres)
        plan = [ligne for (ligne,) in curseur.fetchall()]
    lus = {nom for ligne in plan for nom in index if f"using {nom} " in ligne}
    assert lus == index
    assert not [ligne for ligne in plan if "Seq Scan on matching_arete" in ligne]


def _noter(demandees: list[tuple[str, Any]], executer: Any, sql: str, parametres: Any, *suite: Any) -> Any:
    """Keep what a prepared cursor is asked: the server has its text and its parameters apart."""
    demandees.append((sql, parametres))
    return executer(sql, parametres, *suite)
