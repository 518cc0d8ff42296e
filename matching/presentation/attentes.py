"""A listing that waits for a word, as its owner reads it."""

from __future__ import annotations

from dataclasses import dataclass

from matching.models import Attente, Competence, EtatMot
from matching.services.mots import adresse_de_reprise
from profils.models import Entreprise


@dataclass(frozen=True, slots=True)
class FicheAttente:
    attente: Attente

    @property
    def competence(self) -> Competence | None:
        """What a référent understood, as the tree calls it today."""
        comprise = self.attente.mot.competence
        return (comprise.remplacee_par or comprise) if comprise else None

    @property
    def est_comprise(self) -> bool:
        return self.attente.mot.etat == EtatMot.COMPRIS

    @property
    def est_ecartee(self) -> bool:
        return self.attente.mot.etat == EtatMot.ECARTE

    @property
    def etat_en_mots(self) -> str:
        if self.est_comprise:
            return "Vos mots sont compris"
        return "Un référent a répondu" if self.est_ecartee else "Un référent va vous répondre"

    @property
    def sorte(self) -> str:
        """The colour of the badge."""
        return "succes" if self.est_comprise else "attention" if self.est_ecartee else "info"

    @property
    def url_reprise(self) -> str:
        return adresse_de_reprise(self.attente)


def attentes_de(entreprise: Entreprise) -> list[FicheAttente]:
    """Return a company's listings that wait for a word, latest first; one query."""
    siennes = Attente.objects.de_entreprise(entreprise).detaillees()
    return [FicheAttente(attente) for attente in siennes.order_by("-cree_le", "-pk")]
