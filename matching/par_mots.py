"""The listings that a visitor's words name: their own words, by their index, and the compétences meant.

In SQL and prepared, as `candidates`: the queryset was composed and planned again at each search, which took
longer than reading what it found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from echange.socle.horloge import maintenant
from echange.socle.requetes import curseur_prepare
from matching.models import Annonce


class Repondante(NamedTuple):
    """What a line says of a listing; `en_tout` counts those that answer, this page's and the others'."""

    uuid: UUID
    texte: str
    entreprise: str
    commune: str
    titre: str
    en_tout: int


# The words' index is on this very expression, of those published: see the migration.
_MOTS = "to_tsvector('francais'::regconfig, COALESCE({0}.texte, ''))"
_DEMANDE = "websearch_to_tsquery('francais'::regconfig, %(texte)s)"
# Those of `publiees()`. Two walks put together: by « or », every listing of the country would be read.
_SQL = f"""
    SELECT a.uuid, a.texte, e.nom, c.nom, k.titre, count(*) OVER ()
    FROM {{table}} a
    JOIN profils_entreprise e ON e.id = a.entreprise_id
    JOIN territoires_commune c ON c.code = a.commune_id
    JOIN matching_competence k ON k.code = a.competence_id
    WHERE a.id IN (
        SELECT m.id FROM {{table}} m
        WHERE m.statut = 'publiee' AND {_MOTS.format("m")} @@ {_DEMANDE}
        UNION
        SELECT m.id FROM {{table}} m
        WHERE m.statut = 'publiee' AND m.competence_id = ANY(%(codes)s::varchar[])
    )
    AND a.expire_le > %(maintenant)s AND NOT e.est_en_pause AND NOT e.est_suspendue
    AND (%(territoire)s::bigint IS NULL OR c.territoire_id = %(territoire)s::bigint)
    ORDER BY ts_rank({_MOTS.format("a")}, {_DEMANDE}) DESC, a.publie_le DESC, a.id DESC
    LIMIT %(nombre)s::bigint OFFSET %(debut)s::bigint"""  # noqa: S608  our own names


def lire_repondantes(
    modele: type[Annonce],
    texte: str,
    competences: Sequence[str],
    *,
    territoire: int | None,
    debut: int,
    nombre: int,
) -> list[Repondante]:
    """Return those on line, whose own words answer first, then those of a compétence meant; the newest first.

    `territoire` (primary key): there only.
    """
    parametres: dict[str, Any] = {
        "texte": texte,
        "codes": list(competences),
        "maintenant": maintenant(),
        "territoire": territoire,
        "nombre": nombre,
        "debut": debut,
    }
    with curseur_prepare() as curseur:
        curseur.execute(_sql(modele._meta.db_table), parametres)
        return [Repondante(*ligne) for ligne in curseur.fetchall()]


@cache
def _sql(table: str) -> str:
    return _SQL.format(table=table)
