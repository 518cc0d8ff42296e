"""Who teaches what to whom, in sentences that begin with the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matching.models import Apport, Arete
from profils.models import Entreprise


class Don(NamedTuple):
    """One company's savoir-faire given to another; the same for an arête and for an apport."""

    donneur: Entreprise
    receveur: Entreprise
    quoi: str


@dataclass(frozen=True, slots=True)
class Ligne:
    """A line of `composants/apports.html`; `sens` is "recu" or "donne" by the reader, "" between others."""

    phrase: str
    quoi: str
    sens: str


def lignes_des_aretes(aretes: Sequence[Arete], lectrice: Entreprise) -> list[Ligne]:
    dons = [Don(a.offreur, a.demandeur, a.savoir_faire.competence.titre) for a in aretes]
    return _lignes(dons, lectrice)


def lignes_des_apports(apports: Sequence[Apport], lectrice: Entreprise) -> list[Ligne]:
    dons = [Don(a.donneur, a.receveur, a.savoir_faire.competence.titre) for a in apports]
    return _lignes(dons, lectrice)


def titre_avec(entreprises: Sequence[Entreprise]) -> str:
    """Return « Avec Fleurs de Lices et Menuiserie Le Goff »."""
    return "Avec " + " et ".join(entreprise.nom for entreprise in entreprises)


def _lignes(dons: Sequence[Don], lectrice: Entreprise) -> list[Ligne]:
    """Start with what the reader receives, go on with what she gives, and follow the gifts round.

    The dons come as arêtes do, each one's giver being the next one's receiver: the round of the gifts
    is the other way.
    """
    debut = next((rang for rang, don in enumerate(dons) if don.receveur == lectrice), 0)
    tournes = [*dons[debut:], *dons[:debut]]
    return [_ligne(don, lectrice, en_cercle=len(dons) > 2) for don in (*tournes[:1], *reversed(tournes[1:]))]


def _ligne(don: Don, lectrice: Entreprise, *, en_cercle: bool) -> Ligne:
    """In a pair one receives and brings; in a cercle each teaches the next."""
    if don.receveur == lectrice:
        nom = don.donneur.nom
        return Ligne(f"{nom} vous apprend" if en_cercle else f"Vous recevez de {nom}", don.quoi, "recu")
    if don.donneur == lectrice:
        return Ligne(
            f"{'Vous apprenez' if en_cercle else 'Vous apportez'} à {don.receveur.nom}", don.quoi, "donne"
        )
    return Ligne(f"{don.donneur.nom} apprend à {don.receveur.nom}", don.quoi, "")
