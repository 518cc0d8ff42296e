"""A member's own list: the events she goes to, those she waits for, those she has been to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from animation.jetons_agenda import chemin_d_inscription
from animation.models import EtatInscription, Inscription
from animation.presentation.agenda import A_VENIR_MAX, PASSES_MAX
from animation.presentation.evenements import FicheEvenement
from echange.socle.horloge import maintenant
from profils.models import Utilisateur


@dataclass(frozen=True, slots=True)
class MonInscription:
    """A registration as its owner reads it in her list."""

    inscription: Inscription
    fiche: FicheEvenement

    @property
    def chemin(self) -> str:
        return chemin_d_inscription(self.inscription)

    @property
    def etiquette(self) -> tuple[str, str]:
        """Where she stands, and the sort of label."""
        if self.fiche.evenement.est_annule:
            return "Annulé par l’équipe", "erreur"
        return (
            ("Vous avez une place", "succes")
            if self.inscription.est_inscrite
            else ("En attente", "attention")
        )


@dataclass(frozen=True, slots=True)
class MesInscriptions:
    a_venir: list[MonInscription]
    passees: list[MonInscription]


def lire_inscriptions(personne: Utilisateur) -> MesInscriptions:
    """Return where this person goes or waits, the nearest first, and her latest past events: two queries."""
    siennes = Inscription.objects.de_la_personne(personne).actives()
    lues = siennes.select_related(*(f"evenement__{nom}" for nom in ("commune", "territoire", "page")))
    instant = maintenant()
    a_venir = lues.filter(evenement__fin__gt=instant).order_by("evenement__debut", "pk")[:A_VENIR_MAX]
    passees = lues.filter(evenement__fin__lte=instant, etat=EtatInscription.INSCRITE)
    passees = passees.order_by("-evenement__debut", "-pk")[:PASSES_MAX]
    return MesInscriptions(_en_lignes(a_venir), _en_lignes(passees))


def _en_lignes(lues: Any) -> list[MonInscription]:
    return [MonInscription(lue, FicheEvenement(lue.evenement)) for lue in lues]
