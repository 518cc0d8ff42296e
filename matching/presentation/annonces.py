"""A listing in words: its places seen from the reader's side, its week, its state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.http import urlencode

from echange.socle.horloge import maintenant
from matching.choix import JOURS, MOMENTS, Rayon, bit_de_creneau
from matching.forms import formulaire_pour
from matching.fraicheur import PREMIER_RAPPEL, creer_jeton
from matching.models import Annonce, Besoin, JournalAnnonce, SavoirFaire, StatutAnnonce
from matching.moteur.adequation import Lieu
from matching.presentation.dates import dire_jour
from profils.models import Entreprise


class Etat(Enum):
    """The state of a listing as its owner reads it: words, and the colour of the badge."""

    EN_LIGNE = ("En ligne", "succes")
    EXPIREE = ("Expirée", "attention")
    EN_PAUSE = ("En pause", "attention")
    MASQUEE = ("Masquée par l’animation", "erreur")
    RETIREE = ("Retirée", "info")
    BROUILLON = ("Brouillon", "info")

    @property
    def mots(self) -> str:
        return self.value[0]

    @property
    def sorte(self) -> str:
        return self.value[1]


_ETATS = {
    StatutAnnonce.EN_PAUSE: Etat.EN_PAUSE,
    StatutAnnonce.MASQUEE: Etat.MASQUEE,
    StatutAnnonce.RETIREE: Etat.RETIREE,
    StatutAnnonce.BROUILLON: Etat.BROUILLON,
}


def dire_semaine(creneaux: int) -> str:
    """Return « lundi matin, mardi toute la journée », or « à convenir » when nothing was ticked."""
    jours = [_dire_journee(nom, rang, creneaux) for rang, nom in enumerate(JOURS)]
    return ", ".join(filter(None, jours)) or "à convenir"


def _dire_journee(nom: str, rang: int, creneaux: int) -> str:
    moments = [moment for m, moment in enumerate(MOMENTS) if creneaux & bit_de_creneau(rang, m)]
    if not moments:
        return ""
    return f"{nom} toute la journée" if len(moments) == len(MOMENTS) else f"{nom} {' et '.join(moments)}"


@dataclass(frozen=True)
class FicheAnnonce:
    """A listing for a page or a card; `est_la_sienne` when the reader's company owns it.

    In a search, `raison` says why it is shown and `mots` which of the reader's words led there.
    """

    annonce: Annonce
    est_la_sienne: bool = False
    distance_m: float | None = None
    motif_masquage: str = ""
    raison: str = ""
    mots: tuple[str, ...] = ()

    @property
    def genre(self) -> str:
        return "besoin" if self.annonce.est_besoin else "savoir-faire"

    @property
    def titre(self) -> str:
        return self.annonce.competence.titre

    @cached_property
    def url(self) -> str:
        nom = "matching:besoin" if self.annonce.est_besoin else "matching:savoir_faire"
        return reverse(nom, args=[self.annonce.uuid])

    @property
    def lieux(self) -> list[str]:
        """Return « chez vous », « en visio »… for whoever reads."""
        chez_elle, chez_l_autre = Lieu.CHEZ_DEMANDEUR, Lieu.CHEZ_OFFREUR
        if not self.annonce.est_besoin:
            chez_elle, chez_l_autre = chez_l_autre, chez_elle
        noms = {
            chez_elle: "chez vous" if self.est_la_sienne else "chez eux",
            chez_l_autre: "chez l’autre entreprise" if self.est_la_sienne else "chez vous",
            Lieu.TIERS_LIEU: "dans un lieu tiers",
            Lieu.VISIO: "en visio",
        }
        return [nom for lieu, nom in noms.items() if self.annonce.modalites & lieu]

    @property
    def accepte_visio(self) -> bool:
        return bool(self.annonce.modalites & Lieu.VISIO)

    @property
    def quand(self) -> str:
        return dire_semaine(self.annonce.creneaux)

    @property
    def niveau(self) -> str:
        return dict(formulaire_pour(type(self.annonce)).NIVEAUX).get(self.annonce.niveau, "")

    @property
    def etat(self) -> Etat:
        if self.annonce.statut == StatutAnnonce.PUBLIEE:
            return Etat.EN_LIGNE if self.annonce.est_visible else Etat.EXPIREE
        return _ETATS[StatutAnnonce(self.annonce.statut)]

    @property
    def etat_en_mots(self) -> str:
        if self.etat is Etat.EN_LIGNE and self.annonce.est_sans_limite:
            return "En ligne sans limite de durée"
        if self.etat is Etat.EN_LIGNE and self.annonce.expire_le:
            return f"En ligne jusqu’au {dire_jour(self.annonce.expire_le)}"
        return self.etat.mots

    @property
    def est_masquee(self) -> bool:
        return self.etat is Etat.MASQUEE

    @property
    def peut_modifier(self) -> bool:
        return self.etat in {Etat.EN_LIGNE, Etat.EXPIREE, Etat.EN_PAUSE}

    @property
    def peut_mettre_en_pause(self) -> bool:
        return self.etat is Etat.EN_LIGNE

    @property
    def peut_reprendre(self) -> bool:
        return self.etat in {Etat.EN_PAUSE, Etat.EXPIREE}

    @property
    def url_prolonger(self) -> str:
        """Where to prolong a listing that ends within the first reminder's delay; empty otherwise."""
        expire_le = self.annonce.expire_le
        if self.etat is not Etat.EN_LIGNE or expire_le is None or expire_le > maintenant() + PREMIER_RAPPEL:
            return ""
        return reverse("matching:prolonger", args=[creer_jeton(self.annonce)])

    @property
    def url_prevenez_moi(self) -> str:
        """Where one of the reader's besoins becomes a veille, a step further than it goes itself."""
        plus_loin = next((km for km in Rayon.values if km > self.annonce.rayon_km), self.annonce.rayon_km)
        requete: dict[str, str | int] = {
            "competence": self.annonce.competence_id,
            "commune": self.annonce.commune_id,
            "rayon_km": plus_loin,
            "visio": 1,
        }
        return f"{reverse('matching:creer_veille')}?{urlencode(requete)}"

    @property
    def peut_retirer(self) -> bool:
        return self.etat is not Etat.RETIREE


def annonces_de(entreprise: Entreprise) -> list[FicheAnnonce]:
    """Return a company's listings that it has not withdrawn, besoins first, latest first; two queries."""
    return [
        FicheAnnonce(annonce, est_la_sienne=True, motif_masquage=annonce.motif_masquage or "")
        for modele in (Besoin, SavoirFaire)
        for annonce in modele.objects.de_entreprise(entreprise)
        .exclude(statut=StatutAnnonce.RETIREE)
        .select_related("competence")
        .annotate(motif_masquage=_motif_masquage(modele))
        .order_by("-publie_le", "-pk")
    ]


def _motif_masquage(modele: type[Annonce]) -> Subquery:
    """The reason last given for hiding the listing, whatever its state now."""
    champ = "besoin" if modele is Besoin else "savoir_faire"
    masquages = JournalAnnonce.objects.filter(**{champ: OuterRef("pk")}, statut=StatutAnnonce.MASQUEE)
    return Subquery(masquages.order_by("-le").values("motif")[:1])
