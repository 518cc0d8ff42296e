"""Pages of the communities, and the corner of the CMS that each one keeps."""

from animation.models.accueil import AccueilTerritoire, PageAccueil, PageTerritoires
from animation.models.espaces import EspaceCms
from animation.models.rubriques import (
    PageRubrique,
    RubriqueGuides,
    RubriqueRessources,
    RubriqueTemoignages,
)
from animation.models.temoignages import PageTemoignage

__all__ = [
    "AccueilTerritoire",
    "EspaceCms",
    "PageAccueil",
    "PageRubrique",
    "PageTemoignage",
    "PageTerritoires",
    "RubriqueGuides",
    "RubriqueRessources",
    "RubriqueTemoignages",
]
