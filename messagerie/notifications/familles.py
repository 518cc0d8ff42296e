"""Kinds of notices by family: one choice for each on the page of preferences, its kinds folded beneath."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from messagerie.models import Rythme
from messagerie.notifications.avis import GENRES


@dataclass(frozen=True, slots=True)
class Famille:
    """`debuts`: how the codes of its kinds begin."""

    code: str
    titre: str
    debuts: tuple[str, ...] = ()


ANIMATION = Famille("animation", "Votre travail d’animation")
AUTRES = Famille("autres", "Le reste")
FAMILLES = (
    Famille("echanges", "Propositions et échanges", ("echange_", "demande_", "don_")),
    Famille("rendez_vous", "Rendez-vous", ("accord_", "seance_")),
    Famille("evenements", "Événements près de chez vous", ("evenement_",)),
    Famille("messages", "Messages", ("conversation_", "message", "signalement_", "avertissement_")),
    Famille("annonces", "Vos annonces", ("annonce_", "fin_annonce", "competence_", "mot_")),
    Famille("veilles", "Vos veilles («\u00a0Prévenez-moi\u00a0»)", ("veille_", "fin_veille")),
    Famille("entreprise", "Votre entreprise", ("pause_", "compte_")),
    Famille("bilans", "Après un échange", ("bilan", "temoignage")),
    ANIMATION,
    AUTRES,
)


def famille_de(code: str) -> Famille:
    """Return the family of this kind: what only the animation is told is together, whatever its code."""
    if GENRES[code].pour_animation:
        return ANIMATION
    return next((f for f in FAMILLES if code.startswith(f.debuts)), AUTRES)


def par_famille(codes: Iterable[str]) -> dict[Famille, list[str]]:
    """Group these kinds, families in their order, empty ones left out."""
    groupes: dict[Famille, list[str]] = {famille: [] for famille in FAMILLES}
    for code in codes:
        groupes[famille_de(code)].append(code)
    return {famille: siens for famille, siens in groupes.items() if siens}


def rythme_commun(rythmes: Iterable[Rythme]) -> Rythme | None:
    """Return the one rhythm of them all, None when they differ."""
    uniques = set(rythmes)
    return uniques.pop() if len(uniques) == 1 else None
