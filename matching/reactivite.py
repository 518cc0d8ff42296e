"""How a company answers what it is proposed: used to rank, shown only as « répond en 2 jours ».

Over its last `RECENTES` proposals received that it answered or left unanswered to the end. An answer is
worth 1 at once, half at the end of the week it had; a silence nothing. A new company is neutral: `A_PRIORI`
answers of the value `NEUTRE` are added to everyone's, so one silence is no verdict.

Not part of the arêtes: their table is a function of the listings alone (ADR 11). It weighs where companies
are chosen, when they are (`facteurs`), by a tenth at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from math import ceil
from typing import Any

from echange.socle.requetes import curseur_prepare

RECENTES = 30
A_PRIORI = 5
NEUTRE = 0.7
POIDS = 0.3  # of a company that always answers at once: × 1.09; that never does: × 0.82 at worst
REPONSES_MIN = 3  # below, nothing is shown: an average of one is a rumour

_REACTIVITES = """
SELECT cle, count(*), coalesce(sum(valeur), 0),
       count(delai), percentile_cont(0.5) WITHIN GROUP (ORDER BY delai)
FROM unnest(%(cles)s::bigint[]) AS cle CROSS JOIN LATERAL (
  SELECT delai, coalesce(1 - 0.5 * least(1, delai / %(semaine)s), 0) AS valeur
  FROM matching_participation p JOIN matching_echange e ON e.id = p.echange_id
  CROSS JOIN LATERAL (SELECT extract(epoch FROM p.repondu_le - p.demande_le) AS delai) AS attente
  WHERE p.entreprise_id = cle AND e.initiatrice_id IS DISTINCT FROM cle
    AND (p.repondu_le IS NOT NULL OR p.sortie = 'silence' OR (p.sortie = '' AND e.statut = 'expire'))
  ORDER BY p.id DESC LIMIT %(recentes)s
) AS recues
GROUP BY cle
"""


def _lire(cles: Iterable[int]) -> list[tuple[int, int, float, int, float | None]]:
    """Return, by company: proposals, what the answers are worth, answers, their median delay in seconds."""
    parametres: dict[str, Any] = {
        "cles": sorted(set(cles)),
        "semaine": timedelta(days=7).total_seconds(),
        "recentes": RECENTES,
    }
    with curseur_prepare() as curseur:
        curseur.execute(_REACTIVITES, parametres)
        return [(c, n, float(v), r, m) for c, n, v, r, m in curseur.fetchall()]


def facteurs(cles: Iterable[int]) -> dict[int, float]:
    """Return by how much to multiply the score of what each of these companies would give; 1 when unknown."""
    poids = dict.fromkeys(cles, 1.0)
    for cle, recues, valeur, _, _ in _lire(poids):
        moyenne = (valeur + A_PRIORI * NEUTRE) / (recues + A_PRIORI)
        poids[cle] = 1 + POIDS * (moyenne - NEUTRE)
    return poids


def dire_reactivites(cles: Iterable[int]) -> dict[int, str]:
    """Return « répond en 2 jours » for those who have answered often enough, and no slower than a week."""
    return {
        cle: _dire(mediane)
        for cle, _, _, reponses, mediane in _lire(cles)
        if reponses >= REPONSES_MIN and mediane is not None
    }


def _dire(secondes: float) -> str:
    jours = ceil(secondes / timedelta(days=1).total_seconds())
    return "répond dans la journée" if jours <= 1 else f"répond en {jours} jours"
