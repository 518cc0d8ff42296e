"""The compétences one may choose: suggested from one's words, ideas of trades, the whole tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from echange.socle.forms import Option
from matching.forms import AUCUNE
from matching.models import Competence
from matching.suggestions import suggerer

TEXTE_MIN = 3  # characters: below, nothing has been said yet


def suggestions_pour(texte: str, choisie: Competence | None = None) -> list[Option]:
    """Return the likeliest compétences as cards; the one already chosen stays among them, first."""
    trouvees = suggerer(texte) if len(texte.strip()) >= TEXTE_MIN else []
    if choisie and choisie not in trouvees:
        trouvees = [choisie, *trouvees]
    return _options(trouvees, choisie, prefixe="id_competence")


def aucune(texte: str, *, est_cochee: bool = False) -> Option | None:
    """Return the way out when none is right: what happens next is said before it is touched."""
    if len(texte.strip()) < TEXTE_MIN:
        return None
    return Option(
        id="id_competence_aucune",
        nom="competence",
        valeur=AUCUNE,
        libelle="Aucune ne convient",
        type="radio",
        est_cochee=est_cochee,
        attributs={},
        aide="Un référent lit vos mots et vous répond par e-mail. En attendant, nous gardons votre texte.",
    )


def idees_de_metier(arbre: Sequence[Competence]) -> list[Option]:
    """Return the trade skills: what one has to offer when one thinks one has nothing.

    None is ticked, here nor in `themes_de`: the one chosen is among the suggestions, and of two radios
    of one name the browser ticks the last.
    """
    return _options([c for c in arbre if c.est_metier], prefixe="id_competence_idee")


def themes_de(arbre: Sequence[Competence]) -> list[tuple[str, list[Option]]]:
    """Return the whole tree, theme by theme."""
    return [
        (theme.titre, _options(feuilles, prefixe=f"id_competence_{theme.code}"))
        for theme, feuilles in groupby(arbre, key=lambda competence: competence.theme)
    ]


def _options(
    competences: Iterable[Competence], choisie: Competence | None = None, *, prefixe: str
) -> list[Option]:
    return [
        Option(
            id=f"{prefixe}_{rang}",
            nom="competence",
            valeur=competence.code,
            libelle=competence.titre,
            type="radio",
            est_cochee=competence == choisie,
            attributs={},
            aide=competence.phrase,
        )
        for rang, competence in enumerate(competences)
    ]
