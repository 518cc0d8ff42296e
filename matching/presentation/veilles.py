"""A veille in words: what it awaits, where, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.http import urlencode

from echange.socle.horloge import maintenant
from matching.models import Genre, StatutVeille, Veille
from matching.presentation.dates import dire_jour
from matching.recherche import Criteres
from profils.models import Utilisateur

RETIREES_MONTREES = timedelta(days=1)  # after which nobody regrets


@dataclass(frozen=True, slots=True)
class FicheVeille:
    veille: Veille

    @property
    def titre(self) -> str:
        return str(self.veille)

    @property
    def mots(self) -> str:
        """The person's own words, when the title does not say them already."""
        return self.veille.texte if self.veille.competence else ""

    @property
    def sorte(self) -> str:
        return self.veille.cherche

    @property
    def attend(self) -> str:
        if self.veille.cherche == Genre.BESOIN:
            return "Vous attendez quelqu’un qui voudrait l’apprendre de vous"
        return "Vous attendez quelqu’un qui sait le faire"

    @property
    def ou(self) -> str:
        lieu = f"à moins de {self.veille.rayon_km}\u00a0km de {self.veille.commune.nom}"
        return f"{lieu}, ou en visio" if self.veille.visio else lieu

    @property
    def est_retiree(self) -> bool:
        return self.veille.statut == StatutVeille.RETIREE

    @property
    def est_active(self) -> bool:
        return self.veille.statut == StatutVeille.ACTIVE and not self.veille.est_finie

    @property
    def etat(self) -> tuple[str, str]:
        """The badge: its words and its colour."""
        if self.est_retiree:
            return "Supprimée", "info"
        if self.est_active:
            return f"Jusqu’au {dire_jour(self.veille.expire_le)}", "succes"
        return ("Terminée" if self.veille.est_finie else "En pause"), "attention"


def veilles_de(utilisateur: Utilisateur) -> list[FicheVeille]:
    """Return a person's veilles, latest first, then what she has just removed; one query."""
    siennes = Veille.objects.visibles_par(utilisateur).select_related("competence", "commune")
    visibles = siennes.gardees() | siennes.filter(retiree_le__gt=maintenant() - RETIREES_MONTREES)
    fiches = [FicheVeille(veille) for veille in visibles.order_by("-cree_le", "-pk")]
    return sorted(fiches, key=lambda fiche: fiche.est_retiree)


def url_prevenez_moi(criteres: Criteres, *, est_connecte: bool) -> str:
    """Return where a search is kept, filled in; through the sign-in when needed."""
    requete: dict[str, str | int] = {
        "texte": criteres.texte,
        "competence": criteres.competence.pk if criteres.competence else "",
        "commune": criteres.commune.code,
        "rayon_km": criteres.rayon_km,
        **({"visio": 1} if criteres.visio else {}),
    }
    url = f"{reverse('matching:creer_veille')}?{urlencode(requete)}"
    return url if est_connecte else f"{reverse('account_login')}?{urlencode({'next': url})}"
