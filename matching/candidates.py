"""The savoir-faire that a search ranks: index walks, nearest first, and the latest of the commune.

One statement, written in SQL as those of `voisinage`: nine querysets united took 15 ms to compose, more
than PostgreSQL takes to answer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from echange.socle.horloge import maintenant
from echange.socle.requetes import curseur_prepare
from territoires.models import Commune


class Candidate(NamedTuple):
    """What ranking asks of a savoir-faire: two hundred are read, forty at most are shown."""

    pk: int
    entreprise_id: int
    competence_id: str
    commune_id: str
    modalites: int
    texte: str
    metres: float


# Those of `publiees()`. The company by a scalar subquery: never a join that would read its table first.
_PUBLIEES = """
    SELECT s.id, s.entreprise_id, s.competence_id, s.commune_id, s.modalites, s.texte,
           ST_Distance(s.position, %(point)s::geography) AS metres
    FROM matching_savoirfaire s
    WHERE s.statut = 'publiee' AND s.expire_le > %(maintenant)s
      AND (SELECT NOT (e.est_en_pause OR e.est_suspendue)
           FROM profils_entreprise e WHERE e.id = s.entreprise_id)
      AND {condition} ORDER BY {ordre} LIMIT {limite:d}"""
_PAR_DISTANCE = "s.position <-> %(point)s::geography"
_SUIVANTES = "unnest(%(suivantes)s::varchar[]) AS m(code)"
_DU_LIEU = {"condition": "s.commune_id = %(commune)s", "ordre": "s.publie_le DESC, s.id DESC"}


def lire_candidates(
    commune: Commune, competences: Sequence[str], *, premiers: int, autres: int, du_lieu: int
) -> Collection[Candidate]:
    """Return the `premiers` nearest of the first compétence, the `autres` nearest of each other one and the
    latest `du_lieu` of the commune, each once."""
    sql = _sql(premiers, autres, du_lieu)
    parametres: dict[str, Any] = {
        "point": commune.position.hexewkb.decode(),
        "maintenant": maintenant(),
        "premiere": next(iter(competences), ""),
        "suivantes": list(competences[1:]),
        "commune": commune.pk,
    }
    with curseur_prepare() as curseur:
        curseur.execute(sql, parametres)
        return {ligne[0]: Candidate(*ligne) for ligne in curseur.fetchall()}.values()


@lru_cache(maxsize=8)
def _sql(premiers: int, autres: int, du_lieu: int) -> str:
    premiere = {"condition": "s.competence_id = %(premiere)s", "ordre": _PAR_DISTANCE, "limite": premiers}
    suivante = {"condition": "s.competence_id = m.code", "ordre": _PAR_DISTANCE, "limite": autres}
    marches = f"SELECT t.* FROM {_SUIVANTES} CROSS JOIN LATERAL ({_PUBLIEES.format(**suivante)}) t"  # noqa: S608
    parties = [_PUBLIEES.format(**premiere), marches]
    if du_lieu:
        parties.append(_PUBLIEES.format(**_DU_LIEU, limite=du_lieu))
    return " UNION ALL ".join(f"({partie})" for partie in parties)
