"""What: the tree of compétences, the listings and their arêtes, the échanges."""

from matching.models.accords import Accord, Lignes, Valeur
from matching.models.agendas import AbonnementAgenda
from matching.models.annonces import SANS_LIMITE, Annonce, Besoin, JournalAnnonce, SavoirFaire, StatutAnnonce
from matching.models.arbre import ActionArbre, JournalArbre, VersionArbre
from matching.models.aretes import Arete
from matching.models.bilans import Bilan, Echeance, ReponseBilan, Temoignage
from matching.models.competences import Competence, Theme
from matching.models.demandes import Demande, EtatDemande, JournalDemande, Sollicitation
from matching.models.echanges import (
    Apport,
    Echange,
    EtatApport,
    JournalEchange,
    Nature,
    Participation,
    Reponse,
    Sortie,
    StatutEchange,
)
from matching.models.mots import (
    Attente,
    ChoixCompetence,
    EtatMot,
    Genre,
    MotManquant,
    OrigineChoix,
)
from matching.models.seances import DatesProposees, EtatSeance, Seance
from matching.models.tours import (
    Consigne,
    DonPrevu,
    EchangePrevu,
    GenreConsigne,
    Refus,
    StatutTour,
    Tour,
)
from matching.models.veilles import StatutVeille, Trouvaille, Veille

__all__ = [
    "SANS_LIMITE",
    "AbonnementAgenda",
    "Accord",
    "ActionArbre",
    "Annonce",
    "Apport",
    "Arete",
    "Attente",
    "Besoin",
    "Bilan",
    "ChoixCompetence",
    "Competence",
    "Consigne",
    "DatesProposees",
    "Demande",
    "DonPrevu",
    "Echange",
    "EchangePrevu",
    "Echeance",
    "EtatApport",
    "EtatDemande",
    "EtatMot",
    "EtatSeance",
    "Genre",
    "GenreConsigne",
    "JournalAnnonce",
    "JournalArbre",
    "JournalDemande",
    "JournalEchange",
    "Lignes",
    "MotManquant",
    "Nature",
    "OrigineChoix",
    "Participation",
    "Refus",
    "Reponse",
    "ReponseBilan",
    "SavoirFaire",
    "Seance",
    "Sollicitation",
    "Sortie",
    "StatutAnnonce",
    "StatutEchange",
    "StatutTour",
    "StatutVeille",
    "Temoignage",
    "Theme",
    "Tour",
    "Trouvaille",
    "Valeur",
    "Veille",
    "VersionArbre",
]
