"""Who teaches what to whom, in sentences that begin with the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matching.models import Apport, Arete
from matching.raisons import dire_ecart, enumerer
from profils.models import Entreprise


class Don(NamedTuple):
    """One company's savoir-faire given to another; the same for an arête and for an apport."""

    donneur: Entreprise
    receveur: Entreprise
    quoi: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ligne:
    """A line of `composants/apports.html`; `sens` is "recu" or "donne" by the reader, "" between others."""

    phrase: str
    quoi: str
    sens: str
    detail: str = ""


def lignes_des_aretes(aretes: Sequence[Arete], lectrice: Entreprise | None) -> list[Ligne]:
    """Return the lines for one of the companies, or for somebody who only looks on (None).

    Between several companies each line says how far apart the two are.
    """
    a_plusieurs = len(aretes) > 2
    dons = [
        Don(a.offreur, a.demandeur, a.savoir_faire.competence.titre, dire_ecart(a) if a_plusieurs else "")
        for a in aretes
    ]
    return _lignes(dons, lectrice)


def lignes_des_apports(apports: Sequence[Apport], lectrice: Entreprise) -> list[Ligne]:
    dons = [Don(a.donneur, a.receveur, a.savoir_faire.competence.titre) for a in apports]
    return _lignes(dons, lectrice)


def titre_avec(entreprises: Sequence[Entreprise]) -> str:
    """Return « Avec Fleurs de Lices, Garage Morin et Menuiserie Le Goff »."""
    return f"Avec {enumerer([entreprise.nom for entreprise in entreprises])}"


def _lignes(dons: Sequence[Don], lectrice: Entreprise | None) -> list[Ligne]:
    """Follow the gifts: round a loop from what the reader receives; along a chaîne from its giver.

    The dons come as arêtes do, each one's giver being the next one's receiver: the gifts go the other way.
    """
    en_boucle = len(dons) > 1 and dons[-1].donneur == dons[0].receveur
    a_plusieurs = len(dons) > 1 + en_boucle
    if not en_boucle:
        return [_ligne(don, lectrice, a_plusieurs=a_plusieurs) for don in reversed(dons)]
    debut = next((rang for rang, don in enumerate(dons) if don.receveur == lectrice), 0)
    premier, *suite = (*dons[debut:], *dons[:debut])
    return [_ligne(don, lectrice, a_plusieurs=a_plusieurs) for don in (premier, *reversed(suite))]


def _ligne(don: Don, lectrice: Entreprise | None, *, a_plusieurs: bool) -> Ligne:
    """In a pair one receives and brings; among several each shows the next."""
    if don.receveur == lectrice:
        nom = don.donneur.nom
        phrase = f"{nom} vous montre" if a_plusieurs else f"Vous recevez de {nom}"
        return Ligne(phrase, don.quoi, "recu", don.detail)
    if don.donneur == lectrice:
        verbe = "Vous montrez" if a_plusieurs else "Vous apportez"
        return Ligne(f"{verbe} à {don.receveur.nom}", don.quoi, "donne", don.detail)
    return Ligne(f"{don.donneur.nom} montre à {don.receveur.nom}", don.quoi, "", don.detail)
