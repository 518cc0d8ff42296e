"""Bring the tree's file into the database without undoing what a référent changed on line.

The file is the starting point, and goes on bringing what is new. A theme or a compétence edited on line
(`editee_le`) keeps its edits: the file's version of it is left aside, and told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from matching.fichier_arbre import Arbre, Feuille, lire
from matching.journal_arbre import cle_de_theme, modification
from matching.models import ActionArbre, Competence, Theme

FICHIER = Path(__file__).resolve().parent.parent / "donnees" / "competences.toml"
CHAMPS = ("titre", "phrase", "est_metier", "dits", "jargon")


@dataclass(frozen=True, slots=True)
class Chargement:
    """What a reading of the file did: how many compétences it holds, and codes by what became of them.

    `gardees` were edited on line and differ from the file: they stayed as they were.
    """

    total: int
    creees: tuple[str, ...]
    modifiees: tuple[str, ...]
    gardees: tuple[str, ...]


@transaction.atomic
def charger_competences(fichier: Path = FICHIER) -> Chargement:
    """Create or update themes and compétences by their code; raise `ArbreIllisible`.

    One that left the file stays in the database: published listings may point to it.
    """
    arbre = lire(fichier.read_text(encoding="utf-8"))
    feuilles = {feuille.code: feuille for branche in arbre for feuille in branche.competences}
    cles = [*(cle_de_theme(branche.code) for branche in arbre), *feuilles]
    with modification(ActionArbre.CHARGER, cles, par=None) as entree:
        _poser_themes(arbre)
        anciennes = Competence.objects.in_bulk(feuilles)
        gardees = {code for code, ancienne in anciennes.items() if ancienne.editee_le}
        _poser_competences(arbre, sauf=gardees)
        _relier_voisines(feuilles.values(), gardees, anciennes=set(anciennes))
    touchees = [code for code in entree.cles if code in feuilles] if entree.pk else []
    return Chargement(
        total=len(feuilles),
        creees=tuple(code for code in touchees if code not in anciennes),
        modifiees=tuple(code for code in touchees if code in anciennes),
        gardees=tuple(sorted(c for c in gardees if _differe(anciennes[c], feuilles[c]))),
    )


def _poser_themes(arbre: Arbre) -> None:
    """A theme reworded on line keeps its words and its place."""
    gardes = set(Theme.objects.filter(editee_le__isnull=False).values_list("pk", flat=True))
    Theme.objects.bulk_create(
        [
            Theme(code=branche.code, titre=branche.titre, ordre=rang)
            for rang, branche in enumerate(arbre)
            if branche.code not in gardes
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["titre", "ordre"],
    )


def _poser_competences(arbre: Arbre, *, sauf: set[str]) -> None:
    Competence.objects.bulk_create(
        [
            Competence(
                code=feuille.code,
                theme_id=branche.code,
                ordre=rang,
                est_retiree=feuille.retiree,
                remplacee_par_id=feuille.remplacee_par or None,
                **_champs(feuille),
            )
            for branche in arbre
            for rang, feuille in enumerate(branche.competences)
            if feuille.code not in sauf
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["theme", "ordre", "est_retiree", "remplacee_par", *CHAMPS],
    )


def _champs(feuille: Feuille) -> dict[str, object]:
    return {
        "titre": feuille.titre,
        "phrase": feuille.phrase,
        "est_metier": feuille.metier,
        "dits": list(feuille.dits),
        "jargon": list(feuille.jargon),
    }


def _differe(ancienne: Competence, feuille: Feuille) -> bool:
    return any(getattr(ancienne, champ) != valeur for champ, valeur in _champs(feuille).items())


def _relier_voisines(feuilles: Iterable[Feuille], gardees: set[str], *, anciennes: set[str]) -> None:
    """Replace the closeness of the file's compétences, in both directions.

    A pair of which one was edited on line is left as the référent wanted it, unless the other is new.
    """
    feuilles = list(feuilles)
    voulues = {paire for f in feuilles for v in f.voisines for paire in ((f.code, v), (v, f.code))}

    def est_libre(de: str, vers: str) -> bool:
        return (de not in gardees or vers not in anciennes) and (vers not in gardees or de not in anciennes)

    lien = Competence.voisines.through
    codes = [feuille.code for feuille in feuilles]
    presentes = lien.objects.filter(from_competence_id__in=codes, to_competence_id__in=codes)
    lien.objects.filter(
        pk__in=[
            p.pk
            for p in presentes
            if (p.from_competence_id, p.to_competence_id) not in voulues
            and est_libre(p.from_competence_id, p.to_competence_id)
        ]
    ).delete()
    lien.objects.bulk_create(
        [
            lien(from_competence_id=de, to_competence_id=vers)
            for de, vers in sorted(voulues)
            if est_libre(de, vers)
        ],
        ignore_conflicts=True,
    )
