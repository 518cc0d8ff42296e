"""Suggest compétences from plain words: the engine's model, learnt from the tree in the database.

A process learns it before it serves its first page (`echange.asgi`), and again, in about a second, at the
first look after the tree's words have changed: meanwhile the other threads answer with what they knew.
"""

import gc
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from echange.socle.textes import sans_accents
from matching.models import Competence
from matching.moteur.lexique import Lexique
from matching.moteur.suggestion import TEXTES_GARDES, Lecture, Modele
from matching.version_arbre import oublier_version, version_recente

DONNEES = Path(__file__).resolve().parent / "donnees"
POIDS_TITRE, POIDS_PHRASE, POIDS_DIT, POIDS_JARGON = 3.0, 2.0, 1.0, 1.5
SUR = 0.6  # share of a text’s sense from which its words alone say which compétence it is
RESTE_SUR = 0.2, 0.5  # beside a chosen one: share of the whole, and of what the chosen one leaves
RETIREES_MAX = 5  # retired compétences that may come before those one may choose
CONFIANCE = 0.5  # in the compétence chosen for a listing, against what its words say
Lot = tuple[tuple[float, str], ...]
"""What is learnt of one compétence: weights and texts."""


def suggerer(texte: str, limite: int = 3) -> list[Competence]:
    """Return the likeliest compétences for an owner's sentence, best first; none when nothing is close."""
    codes = [suggestion.code for suggestion in modele().chercher(sans_accents(texte), limite + RETIREES_MAX)]
    connues = Competence.objects.choisissables().select_related("theme").defer("dits", "jargon")
    choisissables = connues.in_bulk(codes)
    return [choisissables[code] for code in codes if code in choisissables][:limite]


def lire(texte: str, *, sauf: Competence | None = None) -> Competence | None:
    """Return the compétence that the words alone name for sure, None in doubt.

    With `sauf`, already chosen: what else the words surely speak of.
    """
    trouvees = {suggestion.code: suggestion.score for suggestion in modele().chercher(sans_accents(texte))}
    reste = 1 - trouvees.pop(sauf.pk, 0.0) if sauf else 1.0
    code, part = next(iter(trouvees.items()), ("", 0.0))
    part_min, reste_min = RESTE_SUR if sauf else (SUR, SUR)
    if part < part_min or part < reste_min * reste:
        return None
    return Competence.objects.filter(pk=code).first()


def lire_annonces(textes: Sequence[str], codes: Sequence[str]) -> Lecture:
    """Read listings: their words, and the compétence their owner chose."""
    return modele().choisir([_de_l_annonce(texte) for texte in textes], codes, CONFIANCE)


# Those of a neighbourhood are read at each search near it. Them alone: what a stranger types has no bounds.
_de_l_annonce = lru_cache(maxsize=TEXTES_GARDES)(sans_accents)


class _Appris(NamedTuple):
    version: int
    modele: Modele


_appris: _Appris | None = None  # replaced whole, so threads may share it
_un_seul = Lock()  # learning takes all of a processor: one thread at a time


def oublier() -> None:
    """Learn again at the next look: the tree has changed in this process."""
    global _appris  # noqa: PLW0603  one model per process is the point
    _appris = None
    oublier_version()


def modele() -> Modele:
    """Return the model of the tree as it is, whichever process last edited it (`version_arbre`).

    While another thread learns a new version, return the one before.
    """
    appris, version = _appris, version_recente()
    if appris and (appris.version == version or _un_seul.locked()):
        return appris.modele
    with _un_seul:
        return _assurer(version)


def _assurer(version: int) -> Modele:
    """Learn this version, unless the thread that held the lock just did."""
    global _appris  # noqa: PLW0603
    appris = _appris
    if appris is None or appris.version != version:
        appris = _appris = _Appris(version, _apprendre())
    return appris.modele


def _apprendre() -> Modele:
    """Learn the tree: not a compétence that leads elsewhere, but a retired one, whose listings live on."""
    competences = Competence.objects.filter(remplacee_par__isnull=True)
    voisines = Competence.voisines.through.objects.values_list("from_competence_id", "to_competence_id")
    return _modele_de(
        tuple((competence.pk, _phrases(competence)) for competence in competences),
        tuple(sorted(voisines)),
    )


@lru_cache(maxsize=2)
def _modele_de(phrases: tuple[tuple[str, Lot], ...], voisines: tuple[tuple[str, str], ...]) -> Modele:
    """Learn these words, unless it was just done: a change of order, or one undone, costs nothing."""
    with _sans_ramasser():
        return Modele(
            dict(phrases),
            lexique=lexique(),
            voisines=voisines,
            hors_sujet=[sans_accents(phrase) for phrase in _lire_fichier("hors_sujet")["phrases"]],
        )


@contextmanager
def _sans_ramasser() -> Iterator[None]:
    """Hundreds of thousands of small objects, none in a cycle: its walks are for nothing (0.5 s)."""
    etait_actif = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if etait_actif:
            gc.enable()


@lru_cache(maxsize=1)
def lexique() -> Lexique:
    """Return the owners' thesaurus: it comes with the code and does not change with the tree."""
    donnees = _lire_fichier("synonymes")
    return Lexique(donnees["sens"], donnees["graphies"])


def _phrases(competence: Competence) -> Lot:
    phrases = [
        (POIDS_TITRE, competence.titre),
        (POIDS_PHRASE, competence.phrase),
        *((POIDS_DIT, dit) for dit in competence.dits),
        *((POIDS_JARGON, mot) for mot in competence.jargon),
    ]
    return tuple((poids, sans_accents(texte)) for poids, texte in phrases)


def _lire_fichier(nom: str) -> dict[str, Any]:
    return tomllib.loads((DONNEES / f"{nom}.toml").read_text(encoding="utf-8"))
