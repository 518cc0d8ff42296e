"""An event in words: when, where, how many places are left, what one may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.utils.timezone import localtime

from animation.models.evenements import PHRASES, Evenement, GenreEvenement
from echange.socle.calendrier import RendezVous, identifiant
from echange.socle.horloge import maintenant
from echange.socle.templatetags.francais import pluriel
from matching.presentation.dates import dire_heure, dire_jour_de_semaine, dire_rendez_vous

PEU_DE_PLACES = 5


def dire_quand(debut: datetime, fin: datetime) -> str:
    """Return « jeudi 3 décembre de 14 h à 16 h », with the year when it is not this one, in Paris."""
    la, ici, aujourd_hui = localtime(fin), localtime(debut), localtime(maintenant())
    annee = "" if ici.year == la.year == aujourd_hui.year else f" {la.year}"
    if ici.date() == la.date():
        return f"{dire_jour_de_semaine(debut)}{annee} de {dire_heure(debut)} à {dire_heure(fin)}"
    return f"du {dire_rendez_vous(debut)} au {dire_jour_de_semaine(fin)}{annee} à {dire_heure(fin)}"


@dataclass(frozen=True)
class FicheEvenement:
    """An event (from `detailles()`) as anybody reads it: never the link of its visio."""

    evenement: Evenement

    @property
    def titre(self) -> str:
        return self.evenement.titre

    @property
    def url(self) -> str:
        """Its page, or nothing when it has gone."""
        return (self.evenement.page.get_url() or "") if self.evenement.page else ""

    @property
    def accroche(self) -> str:
        return self.evenement.page.accroche if self.evenement.page else ""

    @property
    def genre(self) -> str:
        return self.evenement.get_genre_display()

    @property
    def phrase(self) -> str:
        return PHRASES[GenreEvenement(self.evenement.genre)]

    @cached_property
    def quand(self) -> str:
        return dire_quand(self.evenement.debut, self.evenement.fin)

    @property
    def debut_local(self) -> datetime:
        return localtime(self.evenement.debut)

    @property
    def jour_court(self) -> str:
        return str(self.debut_local.day)

    @property
    def est_a_distance(self) -> bool:
        return self.evenement.commune_id is None

    @cached_property
    def ou(self) -> str:
        """« Le Tiers-Lieu, 12 rue de Brest, Rennes », « en visio », or both."""
        evenement = self.evenement
        commune = evenement.commune.nom if evenement.commune else ""
        endroit = ", ".join(filter(None, [evenement.lieu, evenement.adresse, commune]))
        if not endroit:
            return "En visio"
        return f"{endroit}, ou en visio" if evenement.lien_visio else endroit

    @cached_property
    def places(self) -> str:
        """Where registrations stand, in one sentence; empty when it is over."""
        evenement = self.evenement
        if evenement.est_annule or evenement.a_commence:
            return ""
        if evenement.ouvre_le and evenement.ouvre_le > maintenant():
            return f"Les inscriptions ouvrent {dire_rendez_vous(evenement.ouvre_le)}."
        if evenement.fermeture <= maintenant():
            return "Les inscriptions sont closes."
        return _dire_places(evenement)

    @property
    def inscrits(self) -> str:
        """« 12 inscrits sur 20 », for its team."""
        prises, capacite = self.evenement.places_prises, self.evenement.capacite
        return f"{prises} inscrit{pluriel(prises)}" + (f" sur {capacite}" if capacite else "")

    @property
    def etiquette(self) -> tuple[str, str] | None:
        """A word on its state and the sort of label, when there is something to say."""
        if self.evenement.est_annule:
            return "Annulé", "erreur"
        if not self.est_ouvert:
            return None
        return ("Complet", "attention") if self.evenement.est_complet else None

    @property
    def est_ouvert(self) -> bool:
        """Whether one may register now, were it to wait."""
        evenement, instant = self.evenement, maintenant()
        ouvert = evenement.ouvre_le is None or evenement.ouvre_le <= instant
        return ouvert and instant < evenement.fermeture and not evenement.est_annule

    @property
    def bouton(self) -> str:
        return "S’inscrire en liste d’attente" if self.evenement.est_complet else "S’inscrire"


def _dire_places(evenement: Evenement) -> str:
    libres = evenement.places_restantes
    if libres is None:
        return "Il y a de la place pour tout le monde."
    if libres > PEU_DE_PLACES:
        return f"{libres} places libres sur {evenement.capacite}."
    if libres == 0:
        return "Complet\u00a0: inscrivez-vous en liste d’attente."
    return f"Plus que {libres} places." if libres > 1 else "Plus qu’une place."


def rendez_vous(evenement: Evenement, *, visio: bool = False) -> RendezVous:
    """Return the event for calendars; with `visio`, for somebody who is registered."""
    fiche = FicheEvenement(evenement)
    url = f"{settings.ADRESSE_DU_SITE}{fiche.url}" if fiche.url else settings.ADRESSE_DU_SITE
    lien = evenement.lien_visio if visio else ""
    lignes = [fiche.accroche, f"La visio\u00a0: {lien}" if lien else "", url]
    return RendezVous(
        uid=identifiant(f"evenement-{evenement.uuid}"),
        sequence=evenement.sequence,
        debut=evenement.debut.isoformat(),
        fin=evenement.fin.isoformat(),
        ecrit_le=evenement.modifie_le.isoformat(),
        titre=evenement.titre,
        description="\n".join(filter(None, lignes)),
        lieu=lien if fiche.est_a_distance and lien else fiche.ou,
        url=url,
        est_public=True,
        est_annule=evenement.est_annule,
    )
