"""Suggest compétences from plain words: the engine's index, fed by the tree in the database."""

from functools import lru_cache

from echange.socle.textes import sans_accents
from matching.models import Competence
from matching.moteur.suggestion import Index

POIDS_TITRE, POIDS_PHRASE, POIDS_DIT, POIDS_JARGON = 3.0, 2.0, 1.0, 1.5


def suggerer(texte: str, limite: int = 3) -> list[Competence]:
    """Return the likeliest compétences for an owner's sentence, best first; none when nothing is close."""
    trouvees = _index().chercher(sans_accents(texte), limite)
    competences = Competence.objects.select_related("theme").in_bulk([s.code for s in trouvees])
    return [competences[s.code] for s in trouvees if s.code in competences]


def oublier() -> None:
    """Rebuild the index at the next look: the tree has changed in this process."""
    _index.cache_clear()


@lru_cache(maxsize=1)
def _index() -> Index:
    return Index(
        {
            competence.code: [
                (POIDS_TITRE, sans_accents(competence.titre)),
                (POIDS_PHRASE, sans_accents(competence.phrase)),
                *((POIDS_DIT, sans_accents(dit)) for dit in competence.dits),
                *((POIDS_JARGON, sans_accents(mot)) for mot in competence.jargon),
            ]
            for competence in Competence.objects.all()
        }
    )
