"""A match for a card: who brings what, how far, why, and the button that fits what has happened since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.http import urlencode

from matching.models import Besoin, Echange, Nature
from matching.models.echanges import STATUTS_OUVERTS
from matching.moteur.adequation import SUR_PLACE
from matching.presentation.apports import Ligne, lignes_des_aretes, titre_avec
from matching.presentation.formes import Forme, forme
from matching.raisons import dire_arete, dire_arete_de_loin, enumerer
from matching.rapprochements import Rapprochement
from profils.models import Entreprise

DEMANDES_DITES = 2

Apports = frozenset[
    tuple[int, int]
]  # besoin and savoir-faire of each apport: what makes two échanges the same


def echanges_ouverts(entreprise: Entreprise) -> dict[Apports, Echange]:
    """Return the company's open échanges by what they are made of; two queries."""
    ouverts = Echange.objects.de_entreprise(entreprise).filter(statut__in=STATUTS_OUVERTS)
    return {
        frozenset((apport.besoin_id, apport.savoir_faire_id) for apport in echange.apports.all()): echange
        for echange in ouverts.prefetch_related("apports")
    }


@dataclass(frozen=True)
class FicheRapprochement:
    """One line of « Vos rapprochements ».

    `ouvert` is the échange already proposed on it, if any; `demandes` what the partner of a direct looks
    for, in words; `de_loin` when the reader is not of these companies: everyone is then named.
    """

    rapprochement: Rapprochement
    ouvert: Echange | None = None
    demandes: tuple[str, ...] = ()
    de_loin: bool = False

    @property
    def nature(self) -> str:
        return self.rapprochement.nature

    @cached_property
    def forme(self) -> Forme:
        return forme(self.nature, len(self.rapprochement.aretes))

    @property
    def titre(self) -> str:
        return titre_avec(self.autres)

    @cached_property
    def autres(self) -> list[Entreprise]:
        """The other companies: in a loop, the last arête comes back to the reader."""
        lectrice = self.rapprochement.aretes[0].demandeur_id
        return [arete.offreur for arete in self.rapprochement.aretes if arete.offreur_id != lectrice]

    @property
    def distance(self) -> int | None:
        """Return metres, the longest of the path; None when everyone can only meet on a screen."""
        metres = [
            round(arete.distance_m) for arete in self.rapprochement.aretes if arete.modalites & SUR_PLACE
        ]
        return max(metres, default=None)

    @property
    def lignes(self) -> list[Ligne]:
        aretes = self.rapprochement.aretes
        return lignes_des_aretes(aretes, None if self.de_loin else aretes[0].demandeur)

    @property
    def raison(self) -> str:
        arete = self.rapprochement.aretes[0]
        return dire_arete_de_loin(arete) if self.de_loin else dire_arete(arete)

    @property
    def retour(self) -> str:
        """Return what is expected in return, where the lines do not show it: a direct or a chaîne."""
        if self.nature == Nature.CHAINE:
            return self._dire_chaine()
        if self.nature != Nature.DIRECT:
            return ""
        partenaire = self.rapprochement.partenaire
        if not self.demandes:
            return f"{partenaire} ne demande rien en retour."
        titres = enumerer([f"«\u00a0{titre}\u00a0»" for titre in self.demandes[:DEMANDES_DITES]])
        phrase = f"{partenaire} cherche {titres}."
        if self.de_loin:
            return phrase
        return f"{phrase} Si vous savez le faire, dites-le\u00a0: l’échange devient réciproque."

    def _dire_chaine(self) -> str:
        """« La coiffeuse ne demande rien et peut aider la menuiserie, qui peut vous aider. »"""
        donneuse, *suite = reversed(self.autres)
        fin = f"aider {self.rapprochement.aretes[0].demandeur}" if self.de_loin else "vous aider"
        etapes = [*(f"aider {entreprise}" for entreprise in suite), fin]
        return f"{donneuse} ne demande rien et peut {', qui peut '.join(etapes)}."

    @property
    def url_detail(self) -> str:
        return reverse("matching:savoir_faire", args=[self.rapprochement.aretes[0].savoir_faire.uuid])

    @property
    def url(self) -> str:
        if self.de_loin:
            return ""
        if self.ouvert:
            return reverse("matching:echange", args=[self.ouvert.uuid])
        return f"{reverse('matching:proposer')}?{urlencode({'cle': self.rapprochement.cle})}"

    @property
    def action(self) -> str:
        if self.ouvert:
            return "Voir la proposition"
        return "Proposer cette chaîne" if self.nature == Nature.CHAINE else "Proposer cet échange"


def fiches_de(
    rapprochements: Sequence[Rapprochement], ouverts: dict[Apports, Echange], *, de_loin: bool = False
) -> list[FicheRapprochement]:
    """Return one line each, in the same order; one query when there are directs."""
    demandes = _demandes_des_partenaires(rapprochements)
    return [
        FicheRapprochement(
            r, ouverts.get(_apports(r)), tuple(demandes.get(r.partenaire.pk, ())), de_loin=de_loin
        )
        for r in rapprochements
    ]


def _demandes_des_partenaires(rapprochements: Iterable[Rapprochement]) -> dict[int, list[str]]:
    """Return what those who would give a direct look for, by company; nothing for who only gives."""
    partenaires = {r.partenaire.pk for r in rapprochements if r.nature == Nature.DIRECT}
    demandes: dict[int, list[str]] = {}
    if partenaires:
        besoins = Besoin.objects.publiees().filter(entreprise__in=partenaires).order_by("-publie_le", "pk")
        for entreprise, titre in besoins.values_list("entreprise_id", "competence__titre"):
            demandes.setdefault(entreprise, []).append(titre)
    return demandes


def _apports(rapprochement: Rapprochement) -> Apports:
    return frozenset((a.besoin_id, a.savoir_faire_id) for a in rapprochement.aretes)
