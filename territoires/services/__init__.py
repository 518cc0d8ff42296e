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
    dire_le_recouvrement,
    fermer_territoire,
    ouvrir_pilotes,
    ouvrir_territoire,
    refuser_le_recouvrement,
    reunir_territoires,
    rouvrir_territoire,
    verrouiller_geographie,
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
    "dire_le_recouvrement",
    "fermer_territoire",
    "lire_centres",
    "ouvrir_pilotes",
    "ouvrir_territoire",
    "placer_communes",
    "refuser_le_recouvrement",
    "reunir_territoires",
    "rouvrir_territoire",
    "verrouiller_geographie",
]
