"""What: the tree of compétences, the listings and their arêtes, the échanges."""

from matching.models.annonces import SANS_LIMITE, Annonce, Besoin, JournalAnnonce, SavoirFaire, StatutAnnonce
from matching.models.aretes import Arete
from matching.models.competences import Competence, Theme
from matching.models.echanges import (
    Apport,
    Echange,
    JournalEchange,
    Nature,
    Participation,
    Reponse,
    StatutEchange,
)
from matching.models.tours import (
    Consigne,
    DonPrevu,
    EchangePrevu,
    GenreConsigne,
    Refus,
    StatutTour,
    Tour,
)

__all__ = [
    "SANS_LIMITE",
    "Annonce",
    "Apport",
    "Arete",
    "Besoin",
    "Competence",
    "Consigne",
    "DonPrevu",
    "Echange",
    "EchangePrevu",
    "GenreConsigne",
    "JournalAnnonce",
    "JournalEchange",
    "Nature",
    "Participation",
    "Refus",
    "Reponse",
    "SavoirFaire",
    "StatutAnnonce",
    "StatutEchange",
    "StatutTour",
    "Theme",
    "Tour",
]
