"""The filters of a list of matches: one nature at a time, with the sentence that explains it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matching.chemins import Chemin
from matching.models import Nature


@dataclass(frozen=True, slots=True)
class Filtre:
    nature: Nature
    mots: str
    explication: str
    nombre: int


@dataclass(frozen=True, slots=True)
class Selection:
    """`filtre` is None when everything is shown."""

    chemins: Sequence[Chemin]
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


def filtrer(chemins: Sequence[Chemin], nature: str) -> Selection:
    """Keep one nature, in the same order; an unknown one, or one without any match, keeps everything."""
    comptes = Counter(chemin.nature for chemin in chemins)
    filtres = [Filtre(code, mots, phrase, comptes[code]) for code, mots, phrase in _FILTRES if comptes[code]]
    filtre = next((f for f in filtres if f.nature == nature), None)
    gardes = [c for c in chemins if c.nature == filtre.nature] if filtre else chemins
    return Selection(gardes, filtres, filtre)
