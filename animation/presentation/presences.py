"""Who comes to an event, as its team reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from animation.models.evenements import Evenement, Inscription
from profils.models import Membre

PRESENCES = {True: "Présent·e", False: "Absent·e", None: ""}


@dataclass(frozen=True, slots=True)
class LignePresence:
    """One person: what to call her, how to reach her, whether she came."""

    inscription: Inscription
    entreprises: str

    @property
    def nom(self) -> str:
        return self.inscription.nom

    @property
    def courriel(self) -> str:
        utilisateur = self.inscription.utilisateur
        return utilisateur.email if utilisateur else self.inscription.courriel

    @property
    def presence(self) -> str:
        return PRESENCES[self.inscription.presente]


@dataclass(frozen=True, slots=True)
class Presences:
    """Those who have a place, in the order of names, and those who wait, in the order they asked."""

    inscrites: list[LignePresence]
    attente: list[LignePresence]

    def ligne(self, inscription: Inscription) -> LignePresence | None:
        toutes = [*self.inscrites, *self.attente]
        return next((x for x in toutes if x.inscription.pk == inscription.pk), None)

    def suivante(self, ligne: LignePresence) -> LignePresence | None:
        """Who would have this person's place, if she gave one back."""
        return self.attente[0] if self.attente and ligne.inscription.est_inscrite else None

    @property
    def presents(self) -> int:
        return sum(ligne.inscription.presente is True for ligne in self.inscrites)


def lire_presences(evenement: Evenement) -> Presences:
    """Return who comes and who waits: two queries."""
    actives = list(evenement.inscriptions.actives().select_related("utilisateur"))
    entreprises: dict[int, list[str]] = {}
    membres = Membre.objects.filter(utilisateur__in=[i.utilisateur_id for i in actives if i.utilisateur_id])
    for utilisateur, nom in membres.order_by("entreprise__nom").values_list("utilisateur", "entreprise__nom"):
        entreprises.setdefault(utilisateur, []).append(nom)
    lignes = [LignePresence(i, ", ".join(entreprises.get(i.utilisateur_id or 0, []))) for i in actives]
    inscrites = [ligne for ligne in lignes if ligne.inscription.est_inscrite]
    attente = [ligne for ligne in lignes if not ligne.inscription.est_inscrite]
    return Presences(sorted(inscrites, key=lambda ligne: ligne.nom.casefold()), attente)


def lignes_export(evenement: Evenement) -> Iterator[list[str]]:
    """One line per person, for a spreadsheet."""
    yield ["Nom", "Entreprise", "Adresse e-mail", "Inscription", "Présence"]
    presences = lire_presences(evenement)
    for ligne in [*presences.inscrites, *presences.attente]:
        etat = ligne.inscription.get_etat_display()
        yield [ligne.nom, ligne.entreprises, ligne.courriel, etat, ligne.presence]
