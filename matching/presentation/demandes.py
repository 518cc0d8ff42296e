"""A demande as its company reads it: who is asked, who has answered, what comes next and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from echange.socle.templatetags.francais import pluriel
from matching.models import (
    Demande,
    Echange,
    EtatDemande,
    JournalDemande,
    Reponse,
    Sollicitation,
    StatutEchange,
)
from matching.models.echanges import STATUTS_CONVENUS
from matching.presentation.dates import dire_jour_de_semaine
from matching.raisons import enumerer
from matching.services.vagues import DERNIERE_VAGUE, ENTRE_VAGUES, NOUVEL_ESSAI, PANIER, RAPPEL
from profils.models import Entreprise

_ETATS = {
    EtatDemande.EN_COURS: ("En cours", "info"),
    EtatDemande.POURVUE: ("Quelqu’un a dit oui", "succes"),
    EtatDemande.ARRETEE: ("Arrêtée", "info"),
    EtatDemande.INTERROMPUE: ("Arrêtée", "info"),
    EtatDemande.SANS_REPONSE: ("Sans réponse", "attention"),
}


@dataclass(frozen=True, slots=True)
class Etape:
    """One step of a demande's fortnight."""

    quoi: str
    quand: str
    est_faite: bool


@dataclass(frozen=True)
class LigneSollicitation:
    """One neighbour asked, and her answer. Names are public on listings: the asker reads them."""

    sollicitation: Sollicitation

    @property
    def entreprise(self) -> Entreprise:
        return self.sollicitation.entreprise

    @property
    def echange(self) -> Echange:
        return self.sollicitation.echange

    @property
    def est_ouverte(self) -> bool:
        return self.echange.statut == StatutEchange.PROPOSE

    @property
    def a_dit_oui(self) -> bool:
        return self.echange.statut in STATUTS_CONVENUS

    @property
    def a_dit_non(self) -> bool:
        return any(
            p.reponse == Reponse.DECLINEE
            for p in self.echange.participations.all()
            if p.entreprise_id == self.sollicitation.entreprise_id
        )

    @property
    def etat(self) -> tuple[str, str]:
        """Return the words and the colour of the badge."""
        if self.a_dit_oui:
            return "A dit oui", "succes"
        if self.a_dit_non:
            return "Ne peut pas cette fois", ""
        if self.est_ouverte:
            return "N’a pas encore répondu", "info"
        if self.echange.statut == StatutEchange.EXPIRE:
            return "N’a pas répondu", ""
        return "N’est plus attendue", ""

    @property
    def prevenue(self) -> str:
        depuis = f"prévenue {dire_jour_de_semaine(self.sollicitation.sollicitee_le)}"
        return f"{depuis}, rappelée depuis" if self.sollicitation.rappelee_le else depuis


@dataclass(frozen=True)
class FicheDemande:
    """`demande` must come from `Demande.objects.detaillees()`."""

    demande: Demande

    @property
    def titre(self) -> str:
        return self.demande.besoin.competence.titre

    @property
    def entreprise(self) -> Entreprise:
        return self.demande.besoin.entreprise

    @property
    def url(self) -> str:
        return reverse("matching:demande", args=[self.demande.uuid])

    @property
    def est_en_cours(self) -> bool:
        return self.demande.est_en_cours

    @property
    def est_sans_reponse(self) -> bool:
        return self.demande.etat == EtatDemande.SANS_REPONSE

    @property
    def etat(self) -> str:
        return _ETATS[EtatDemande(self.demande.etat)][0]

    @property
    def sorte_etat(self) -> str:
        return _ETATS[EtatDemande(self.demande.etat)][1]

    @cached_property
    def lignes(self) -> list[LigneSollicitation]:
        return [LigneSollicitation(s) for s in self.demande.sollicitations.all()]

    @property
    def notes(self) -> list[JournalDemande]:
        """What the animation has written to the asker, latest first."""
        return [ligne for ligne in reversed(self.demande.journal.all()) if ligne.fait == "note"]

    @property
    def a_une_animation(self) -> bool:
        return self.demande.besoin.commune.territoire_id is not None

    @property
    def resume(self) -> str:
        """Return « 2 entreprises prévenues, réponse avant jeudi 3 décembre »."""
        if self.demande.etat == EtatDemande.POURVUE:
            noms = [ligne.entreprise.nom for ligne in self.lignes if ligne.a_dit_oui]
            return f"{enumerer(noms)} a dit oui." if noms else "Vous avez trouvé quelqu’un."
        if not self.est_en_cours:
            return self._resume_de_fin
        attendues = [ligne for ligne in self.lignes if ligne.est_ouverte]
        if not attendues:
            return "Personne d’autre à prévenir pour l’instant. Nous regardons encore chaque jour."
        nombre = len(attendues)
        qui = f"{nombre} entreprise{pluriel(nombre)} prévenue{pluriel(nombre)}"
        return f"{qui}, réponse avant {dire_jour_de_semaine(self._reponse_avant(attendues))}"

    @property
    def _resume_de_fin(self) -> str:
        prevenues = f"{len(self.lignes)} entreprise{pluriel(len(self.lignes))}"
        return {
            EtatDemande.ARRETEE: "Vous avez arrêté cette demande. Votre besoin reste en ligne.",
            EtatDemande.INTERROMPUE: "Votre besoin n’est plus en ligne\u00a0: la demande est arrêtée.",
            EtatDemande.SANS_REPONSE: f"Nous avons prévenu {prevenues}. Personne n’a pu cette fois.",
        }[EtatDemande(self.demande.etat)]

    def _reponse_avant(self, attendues: Iterable[LigneSollicitation]) -> datetime:
        """When others are asked, or when the last of those asked may no longer answer."""
        return self._prochaine_vague or max(ligne.echange.expire_le for ligne in attendues)

    @property
    def _prochaine_vague(self) -> datetime | None:
        if self.demande.derniere_vague_le is None:
            return None
        attente = NOUVEL_ESSAI if self.demande.est_tarie else ENTRE_VAGUES
        prochaine = self.demande.derniere_vague_le + attente
        return prochaine if prochaine < self.demande.cree_le + DERNIERE_VAGUE else None

    @property
    def bilan(self) -> str:
        """Return how many have said no or nothing so far; empty when nobody has."""
        non = sum(ligne.a_dit_non for ligne in self.lignes)
        return f"{non} {'ont' if non > 1 else 'a'} dit non." if non else ""

    @property
    def suite(self) -> str:
        """Return what comes next, and when."""
        if not self.est_en_cours:
            return ""
        fin = f"La demande reste ouverte jusqu’au {dire_jour_de_semaine(self.demande.fin_le)}."
        if not self._prochaine_vague:
            return fin
        return f"Sans «\u00a0oui\u00a0» d’ici là, nous préviendrons d’autres voisins. {fin}"

    @property
    def aide(self) -> str:
        """Return where the animation stands; empty where nobody animates."""
        if not self.a_une_animation or not self.est_en_cours:
            return ""
        if self.demande.vue_le:
            return "L’équipe qui anime votre territoire a vu votre demande et s’en occupe."
        if self.demande.au_panier_le:
            return "L’équipe qui anime votre territoire est prévenue\u00a0: elle peut vous aider."
        jour = dire_jour_de_semaine(self.demande.cree_le + PANIER)
        return f"À partir de {jour}, l’équipe qui anime votre territoire pourra vous aider."

    @property
    def etapes(self) -> list[Etape]:
        """Return the fortnight, as it was announced and as it goes."""
        d = self.demande
        relance = any(ligne.sollicitation.rappelee_le for ligne in self.lignes)
        etapes = [
            Etape("Vos meilleurs voisins sont prévenus", dire_jour_de_semaine(d.cree_le), est_faite=True),
            Etape(
                "Un rappel à qui n’a rien dit", dire_jour_de_semaine(d.cree_le + RAPPEL), est_faite=relance
            ),
            Etape(
                "D’autres voisins, trois à la fois",
                dire_jour_de_semaine(d.cree_le + ENTRE_VAGUES),
                est_faite=d.vagues > 1,
            ),
            Etape("Fin de la demande", dire_jour_de_semaine(d.fin_le), est_faite=not d.est_en_cours),
        ]
        if self.a_une_animation:
            aide = Etape(
                "L’équipe de votre territoire peut aider",
                dire_jour_de_semaine(d.au_panier_le or d.cree_le + PANIER),
                est_faite=d.au_panier_le is not None,
            )
            etapes.insert(3, aide)
        return etapes


def demandes_de(entreprise: Entreprise) -> list[FicheDemande]:
    """Return the company's demandes in progress, the oldest first."""
    siennes = Demande.objects.de_entreprise(entreprise).en_cours().detaillees()
    return [FicheDemande(demande) for demande in siennes.order_by("cree_le", "pk")]
