"""Writes of the geography: load the file, place the communes, open territoires."""

from territoires.services.centres import (
    ApiInjoignable,
    departements_a_placer,
    lire_centres,
    placer_communes,
)
from territoires.services.chargement import Chargement, GeographieIllisible, charger_geographie
from territoires.services.perimetres import (
    PILOTES,
    PerimetreRefuse,
    appliquer_perimetres,
    ouvrir_pilotes,
    ouvrir_territoire,
)

__all__ = [
    "PILOTES",
    "ApiInjoignable",
    "Chargement",
    "GeographieIllisible",
    "PerimetreRefuse",
    "appliquer_perimetres",
    "charger_geographie",
    "departements_a_placer",
    "lire_centres",
    "ouvrir_pilotes",
    "ouvrir_territoire",
    "placer_communes",
]
