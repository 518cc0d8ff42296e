"""The query plan says why it is fast: the compound (compétence, position) index, walked in order."""

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from matching.models import Besoin, SavoirFaire
from tests.fabriques import creer_entreprise, creer_savoir_faire

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
