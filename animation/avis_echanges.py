"""What the animation is told of échanges: two companies that do not say the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from echange.socle.evenements import abonner
from matching.evenements import ApportConteste
from matching.models import Apport
from messagerie.notifications.avis import Avis, Genre, enregistrer
from messagerie.notifications.boite import prevenir
from profils.models import Utilisateur
from profils.ressort import equipe_ou_referents


@enregistrer
@dataclass(frozen=True)
class DonAEclaircir(Avis):
    """`donneur`, `receveur`: names; `don`: the compétence; `contacts`: whom to ask."""

    genre: ClassVar[Genre] = Genre("don_a_eclaircir", "Deux entreprises en désaccord sur un échange")

    apport: int
    donneur: str
    receveur: str
    don: str
    contacts: list[dict[str, str]]

    @property
    def cle(self) -> str:
        return str(self.apport)

    @property
    def titre(self) -> str:
        return f"{self.donneur} et {self.receveur} ne disent pas la même chose de «\u00a0{self.don}\u00a0»"

    @property
    def chemin(self) -> str:
        return reverse("animation:console")


def abonner_tout() -> None:
    abonner(ApportConteste, _annoncer_desaccord)


def _annoncer_desaccord(fait: ApportConteste) -> None:
    """Told to whoever animates the territoire of one or the other; where nobody does, to the référents."""
    apport = Apport.objects.select_related(
        "donneur__commune", "receveur__commune", "savoir_faire__competence"
    ).get(pk=fait.apport_id)
    entreprises = (apport.donneur, apport.receveur)
    membres = Utilisateur.objects.filter(appartenances__entreprise__in=entreprises, is_active=True)
    avis = DonAEclaircir(
        apport.pk,
        apport.donneur.nom,
        apport.receveur.nom,
        apport.savoir_faire.competence.titre,
        [
            {"entreprise": nom, "email": email}
            for nom, email in membres.values_list("appartenances__entreprise__nom", "email").order_by("pk")
        ],
    )
    prevenir(avis, equipe_ou_referents({entreprise.commune.territoire_id for entreprise in entreprises}))
