"""A tour in plain words, and each échange it foresees, as those who animate read them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.timezone import localtime

from echange.socle.horloge import maintenant
from echange.socle.templatetags.francais import pluriel
from matching.models import (
    Consigne,
    DonPrevu,
    EchangePrevu,
    GenreConsigne,
    Nature,
    StatutEchange,
    StatutTour,
    Tour,
)
from matching.moteur.adequation import SUR_PLACE
from matching.presentation.apports import Ligne
from matching.presentation.dates import dire_jour
from matching.raisons import dire_don
from profils.models import Entreprise

_SORTES = {
    StatutTour.EN_FILE: "attention",
    StatutTour.EN_COURS: "attention",
    StatutTour.TERMINE: "succes",
    StatutTour.ANNULE: "info",
    StatutTour.EN_ECHEC: "erreur",
}
_ETATS_ENVOYES = {
    StatutEchange.PROPOSE: ("Envoyé, en attente de réponses", "info"),
    StatutEchange.A_REPARER: ("En attente d’une autre entreprise", "info"),
    StatutEchange.EN_COURS: ("Accepté par tous", "succes"),
    StatutEchange.REALISE: ("A eu lieu", "succes"),
    StatutEchange.CLOS: ("A eu lieu", "succes"),
    StatutEchange.DECLINE: ("Décliné", "info"),
    StatutEchange.ANNULE: ("Annulé", "info"),
    StatutEchange.EXPIRE: ("Sans réponse", "info"),
}
NATURES_DITES = {
    Nature.DIRECT: "Direct",
    Nature.RECIPROQUE: "Réciproque",
    Nature.CERCLE: "Cercle",
    Nature.CHAINE: "Chaîne",
}


@dataclass(frozen=True)
class FicheTour:
    tour: Tour

    @property
    def titre(self) -> str:
        """Return « Tour du 24 novembre à 14 h 05 »."""
        lance = localtime(self.tour.cree_le)
        return f"Tour du {dire_jour(self.tour.cree_le)} à {lance.hour}\u00a0h\u00a0{lance.minute:02d}"

    @property
    def etat(self) -> str:
        return self.tour.get_statut_display()

    @property
    def sorte_etat(self) -> str:
        return _SORTES[StatutTour(self.tour.statut)]

    @property
    def bilan(self) -> str:
        """How good it is, in one sentence."""
        tour = self.tour
        if not tour.possibles:
            return "Aucune annonce en ligne n’en sert une autre sur ce territoire pour le moment."
        debut = (
            f"{tour.servis} besoin{pluriel(tour.servis)} servi{pluriel(tour.servis)} "
            f"sur {tour.possibles} possible{pluriel(tour.possibles)}"
        )
        if tour.servis == tour.borne:
            return f"{debut}\u00a0: avec ces réglages, on ne peut pas faire mieux."
        return f"{debut}\u00a0; on ne peut pas faire mieux que {tour.borne}."

    @property
    def ecoule_s(self) -> int:
        """Seconds since the computation began, never more than it may last."""
        if self.tour.demarre_le is None:
            return 0
        return min(self.tour.duree_s, int((maintenant() - self.tour.demarre_le).total_seconds()))

    @property
    def tarde(self) -> bool:
        """Nobody has begun to compute it yet, and that is not usual."""
        attente = (maintenant() - self.tour.cree_le).total_seconds()
        return self.tour.statut == StatutTour.EN_FILE and attente > 20

    @property
    def reglages(self) -> list[str]:
        """What was asked, each as a few words."""
        tour = self.tour
        dons = f"chaînes de {tour.chaine_max} don{pluriel(tour.chaine_max)} au plus"
        return [
            f"cercles de {tour.cercle_max} au plus" if tour.cercle_max > 2 else "à deux seulement",
            dons if tour.chaine_max else "sans chaîne",
            f"{tour.par_entreprise} échange{pluriel(tour.par_entreprise)} par entreprise au plus",
            f"{tour.duree_s}\u00a0secondes",
            f"tirage {tour.graine}",
        ]


@dataclass(frozen=True)
class FichePrevu:
    """`prevu` comes from `EchangePrevu.objects.detailles()`; `consigne` is what was asked about it."""

    prevu: EchangePrevu
    consigne: Consigne | None = None

    @property
    def dons(self) -> list[DonPrevu]:
        return list(self.prevu.dons.all())

    @property
    def entreprises(self) -> list[Entreprise]:
        """Its companies, in the order of the gifts, each once."""
        vues = {e.pk: e for don in self.dons for e in (don.donneur, don.receveur)}
        return list(vues.values())

    @property
    def titre(self) -> str:
        noms = [entreprise.nom for entreprise in self.entreprises]
        return " et ".join(filter(None, [", ".join(noms[:-1]), *noms[-1:]])) or "une entreprise partie"

    @property
    def nature(self) -> str:
        """Return « Cercle de 3 », « Réciproque »…"""
        nom = NATURES_DITES[Nature(self.prevu.nature)]
        taille = len(self.entreprises)
        return f"{nom} de {taille}" if self.prevu.nature in {Nature.CERCLE, Nature.CHAINE} else nom

    @property
    def lignes(self) -> list[Ligne]:
        return [
            Ligne(f"{don.donneur.nom} montre à {don.receveur.nom}", don.savoir_faire.competence.titre, "")
            for don in self.dons
        ]

    @property
    def distance(self) -> int | None:
        """Return metres, the longest; None when everyone can only meet on a screen."""
        return max((don.distance_m for don in self.dons if don.modalites & SUR_PLACE), default=None)

    @property
    def raisons(self) -> list[tuple[DonPrevu, str]]:
        return [(don, dire_don(don)) for don in self.dons]

    @property
    def est_garde(self) -> bool:
        return self.consigne is not None and self.consigne.genre == GenreConsigne.GARDER

    @property
    def est_ecarte(self) -> bool:
        return self.consigne is not None and self.consigne.genre == GenreConsigne.SANS_ECHANGE

    @property
    def est_a_envoyer(self) -> bool:
        return self.prevu.echange_id is None

    @property
    def etat(self) -> tuple[str, str] | None:
        """What became of it once sent: words, and the colour of the badge."""
        if self.prevu.echange is not None:
            return _ETATS_ENVOYES[StatutEchange(self.prevu.echange.statut)]
        return ("Pas envoyé", "attention") if self.prevu.refus else None


def dire_consigne(consigne: Consigne) -> str:
    """Return what was asked, with the names; `consigne` has its relations loaded."""
    if consigne.echange_prevu is not None:
        verbe = "Garder" if consigne.genre == GenreConsigne.GARDER else "Ne pas proposer"
        return f"{verbe} l’échange entre {FichePrevu(consigne.echange_prevu).titre}"
    if consigne.autre is not None:
        return f"Ne pas mettre ensemble {consigne.entreprise} et {consigne.autre}"
    if consigne.besoin is not None:
        return f"Laisser de côté le besoin de {consigne.besoin.entreprise} ({consigne.besoin.competence})"
    return f"Laisser de côté {consigne.entreprise}"
