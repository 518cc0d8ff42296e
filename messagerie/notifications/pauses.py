"""What a company is told when its day of return has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from echange.socle.horloge import maintenant
from matching.presentation.dates import dire_jour
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises
from profils.evenements import EntrepriseReprise
from profils.models import Entreprise


@enregistrer
@dataclass(frozen=True)
class PauseFinie(Avis):
    """`jour`: the day it ended, in words."""

    genre: ClassVar[Genre] = Genre("pause_finie", "Votre pause est finie")

    entreprise: str
    nom: str
    jour: str

    @property
    def cle(self) -> str:
        return f"{self.entreprise}:{self.jour}"

    @property
    def titre(self) -> str:
        return f"{self.nom} est de retour\u00a0: vos annonces sont de nouveau montrées"

    @property
    def chemin(self) -> str:
        return reverse("matching:mes_annonces")


def abonner_tout() -> None:
    abonner(EntrepriseReprise, _annoncer_retour)


def _annoncer_retour(fait: EntrepriseReprise) -> None:
    """Nobody needs to be told of what she has just done herself."""
    if not fait.d_elle_meme:
        entreprise = Entreprise.objects.get(pk=fait.entreprise_id)
        avis = PauseFinie(str(entreprise.uuid), entreprise.nom, dire_jour(maintenant()))
        prevenir_entreprises(avis, [entreprise.pk])
