"""What a company's people are told when it closes: until when it may open again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from matching.presentation.dates import dire_jour
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir_entreprises
from profils.evenements import EntrepriseFermee
from profils.models import REPENTIR, Entreprise


@enregistrer
@dataclass(frozen=True)
class CompteFerme(Avis):
    """`jusqu_au`: the day it is forgotten, in words; `numero`: which closing, should there be several."""

    genre: ClassVar[Genre] = Genre("compte_ferme", "Votre entreprise est fermée")

    entreprise: str
    nom: str
    jusqu_au: str
    numero: int

    @property
    def cle(self) -> str:
        return f"{self.entreprise}:{self.numero}"

    @property
    def titre(self) -> str:
        return f"{self.nom} est fermée\u00a0: vous pouvez la rouvrir jusqu’au {self.jusqu_au}"

    @property
    def chemin(self) -> str:
        return reverse("profils:entreprise")


def abonner_tout() -> None:
    abonner(EntrepriseFermee, _confirmer_fermeture)


def _confirmer_fermeture(fait: EntrepriseFermee) -> None:
    """Tell it by mail too: a phone left on a counter closes a company as well as its owner."""
    entreprise = Entreprise.objects.get(pk=fait.entreprise_id)
    assert entreprise.fermee_le is not None  # noqa: S101  it has just been
    avis = CompteFerme(
        str(entreprise.uuid),
        entreprise.nom,
        dire_jour(entreprise.fermee_le + REPENTIR),
        entreprise.journal.filter(fait="fermee").count(),
    )
    prevenir_entreprises(avis, [entreprise.pk])
