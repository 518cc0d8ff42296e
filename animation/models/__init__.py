"""Pages of the communities, their teams, and the corner of the CMS that each one keeps."""

from animation.models.accueil import AccueilTerritoire, PageAccueil, PageTerritoires
from animation.models.agenda import PageEvenement, RubriqueAgenda
from animation.models.envois import Abonnement, EnvoiLettre, EtatEnvoiLettre
from animation.models.equipes import ActeTerritoire, Invitation, JournalTerritoire
from animation.models.espaces import EspaceCms
from animation.models.evenements import EtatInscription, Evenement, GenreEvenement, Inscription
from animation.models.fiches import (
    SORTES,
    FicheActivateur,
    FicheAide,
    FicheContact,
    FicheDeRessource,
    FicheFormation,
)
from animation.models.guides import Guide, GuideDecline, SuiviDeGuide
from animation.models.lettres import PageLettre, RubriqueLettres
from animation.models.rubriques import (
    PageRubrique,
    RubriqueGuides,
    RubriqueRessources,
    RubriqueTemoignages,
)
from animation.models.temoignages import PageTemoignage
from animation.models.textes import PageFaq, PageLegale

__all__ = [
    "SORTES",
    "Abonnement",
    "AccueilTerritoire",
    "ActeTerritoire",
    "EnvoiLettre",
    "EspaceCms",
    "EtatEnvoiLettre",
    "EtatInscription",
    "Evenement",
    "FicheActivateur",
    "FicheAide",
    "FicheContact",
    "FicheDeRessource",
    "FicheFormation",
    "GenreEvenement",
    "Guide",
    "GuideDecline",
    "Inscription",
    "Invitation",
    "JournalTerritoire",
    "PageAccueil",
    "PageEvenement",
    "PageFaq",
    "PageLegale",
    "PageLettre",
    "PageRubrique",
    "PageTemoignage",
    "PageTerritoires",
    "RubriqueAgenda",
    "RubriqueGuides",
    "RubriqueLettres",
    "RubriqueRessources",
    "RubriqueTemoignages",
    "SuiviDeGuide",
]
