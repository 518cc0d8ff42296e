"""What colleagues are told of each other: one has joined the company, one is missed in a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir
from profils.evenements import MembreArrive
from profils.models import Membre, Utilisateur


@enregistrer
@dataclass(frozen=True)
class CollegueRappelee(Avis):
    """To who has left a conversation. `entreprises`: the others' names; `rappel`: which time."""

    genre: ClassVar[Genre] = Genre("conversation_rappel", "Un ou une collègue vous invite à revenir")

    echange: str
    invitante: str
    entreprises: list[str]
    rappel: int

    @property
    def cle(self) -> str:
        return f"{self.echange}:{self.rappel}"

    @property
    def titre(self) -> str:
        return f"{self.invitante} vous invite à revenir parler avec {' et '.join(self.entreprises)}"

    @property
    def chemin(self) -> str:
        return reverse("messagerie:de_echange", args=[self.echange])


@enregistrer
@dataclass(frozen=True)
class CollegueArrivee(Avis):
    """To those who act for the company already: whoever joins it sees all that they see."""

    genre: ClassVar[Genre] = Genre("compte_collegue", "Quelqu’un rejoint votre entreprise")

    entreprise: str
    nom: str
    arrivee: str
    courriel: str
    invitante: str
    membre: int

    @property
    def cle(self) -> str:
        return f"{self.entreprise}:{self.membre}"

    @property
    def titre(self) -> str:
        return f"{self.arrivee} agit maintenant pour {self.nom}, invité·e par {self.invitante}"

    @property
    def chemin(self) -> str:
        return reverse("profils:equipe", args=[self.entreprise])


def abonner_tout() -> None:
    abonner(MembreArrive, _annoncer)


def _annoncer(fait: MembreArrive) -> None:
    """Tell all the others, who invited too: an invitation that went to the wrong mailbox is seen."""
    membre = Membre.objects.select_related("utilisateur", "entreprise").get(
        utilisateur=fait.utilisateur_id, entreprise=fait.entreprise_id
    )
    invitante = Utilisateur.objects.get(pk=fait.par_id)
    avis = CollegueArrivee(
        str(membre.entreprise.uuid),
        membre.entreprise.nom,
        membre.utilisateur.first_name or membre.utilisateur.email,
        membre.utilisateur.email,
        invitante.first_name or invitante.email,
        membre.pk,
    )
    autres = membre.entreprise.membres_utilisateurs.exclude(pk=fait.utilisateur_id)
    prevenir(avis, autres.filter(is_active=True))
