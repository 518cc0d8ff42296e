"""A list of matches: one nature at a time, with the sentence that explains it, and page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from matching.chemins import Chemin
from matching.models import Nature
from matching.rapprochements import LISTE_MAX


@dataclass(frozen=True, slots=True)
class Filtre:
    nature: Nature
    mots: str
    explication: str
    nombre: int


@dataclass(frozen=True, slots=True)
class Selection:
    """`filtre` is None when every nature is shown; `page` holds the paths of the page asked."""

    page: Page[Chemin]
    filtres: list[Filtre]
    filtre: Filtre | None


_FILTRES = (
    (Nature.RECIPROQUE, "Réciproques", "Chacun apprend de l’autre\u00a0: vous recevez et vous apportez."),
    (
        Nature.CERCLE,
        "Cercles",
        "Chacun aide le suivant, et le dernier aide le premier\u00a0: tous reçoivent, tous donnent.",
    ),
    (
        Nature.CHAINE,
        "Chaînes",
        "Une entreprise qui ne demande rien en aide une autre, qui en aide une autre à son tour.",
    ),
    (Nature.DIRECT, "Directs", "Une entreprise peut aider, sans que rien soit prévu en retour."),
)


def filtrer(chemins: Sequence[Chemin], demande: QueryDict) -> Selection:
    """Keep one nature, in the same order; an unknown one, or one without any match, keeps everything.

    `demande` is the query of the address: `nature`, and `page` (the nearest one when it does not exist).
    """
    comptes = Counter(chemin.nature for chemin in chemins)
    filtres = [Filtre(code, mots, phrase, comptes[code]) for code, mots, phrase in _FILTRES if comptes[code]]
    filtre = next((f for f in filtres if f.nature == demande.get("nature")), None)
    gardes = [c for c in chemins if c.nature == filtre.nature] if filtre else chemins
    return Selection(Paginator(gardes, LISTE_MAX).get_page(demande.get("page")), filtres, filtre)
