"""« Vos rapprochements »: direct, réciproque and cercle of 3 in one ranked list, read from the arêtes.

Global work belongs to the engine, one company's work to indexed SQL: réciproques and cercles are joins
of the table of arêtes with itself, on (demandeur, offreur), bounded by the best arêtes on each side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.db import connection

from matching.models import Arete, Besoin, Nature
from profils.models import Entreprise

MEILLEURES_ARETES = 60  # looked at on each side of a cercle: 60 × 60 index look-ups at most
LISTE_MAX = 40

# A path of one, two or three arêtes.
NATURES = {1: Nature.DIRECT, 2: Nature.RECIPROQUE, 3: Nature.CERCLE}

# Giving back keeps people: what a closed loop is worth beyond the mean of its arêtes.
PRIME = {Nature.DIRECT: 0.0, Nature.RECIPROQUE: 0.20, Nature.CERCLE: 0.08}

# One row per path, best first: (reçue, intermédiaire or null, donnée or null).
_CHEMINS = """
WITH recues AS (
  SELECT id, offreur_id, besoin_id, score FROM matching_arete
  WHERE demandeur_id = %(entreprise)s AND (%(besoin)s::bigint IS NULL OR besoin_id = %(besoin)s)
  ORDER BY score DESC, id LIMIT %(borne)s
), donnees AS (
  SELECT id, demandeur_id, score FROM matching_arete
  WHERE offreur_id = %(entreprise)s
  ORDER BY score DESC, id LIMIT %(borne)s
), directs AS (
  SELECT id AS recue, NULL::bigint AS milieu, NULL::bigint AS donnee, offreur_id, besoin_id, score
  FROM recues
), reciproques AS (
  SELECT DISTINCT ON (r.id) r.id AS recue, NULL::bigint AS milieu, d.id AS donnee,
         r.offreur_id, r.besoin_id, (r.score + d.score) / 2 AS score
  FROM recues r
  JOIN matching_arete d ON d.offreur_id = %(entreprise)s AND d.demandeur_id = r.offreur_id
  ORDER BY r.id, d.score DESC, d.id
), cercles AS (
  SELECT DISTINCT ON (r.id) r.id AS recue, m.id AS milieu, d.id AS donnee,
         r.offreur_id, r.besoin_id, (r.score + m.score + d.score) / 3 AS score
  FROM recues r
  JOIN matching_arete m ON m.demandeur_id = r.offreur_id
  JOIN donnees d ON d.demandeur_id = m.offreur_id AND d.demandeur_id <> r.offreur_id
  ORDER BY r.id, r.score + m.score + d.score DESC, m.id, d.id
)
SELECT recue, milieu, donnee, score FROM directs
UNION ALL SELECT recue, milieu, donnee, score FROM reciproques
UNION ALL SELECT recue, milieu, donnee, score FROM cercles
"""


@dataclass(frozen=True)
class Rapprochement:
    """A possible échange seen from one company: `aretes[0]` serves it, the last one is what it gives.

    Read in order the arêtes close the loop: each one's demandeur is served by its offreur, who is the
    demandeur of the next; in a direct there is one arête and no loop.
    """

    nature: Nature
    aretes: tuple[Arete, ...]
    score: float

    @property
    def besoin(self) -> Besoin:
        return self.aretes[0].besoin

    @property
    def partenaire(self) -> Entreprise:
        """Who serves this company."""
        return self.aretes[0].offreur

    @cached_property
    def cle(self) -> str:
        """What a form sends back to propose it: the arêtes' keys, in order."""
        return "-".join(str(arete.pk) for arete in self.aretes)


def rapprochements_de(
    entreprise: Entreprise, *, besoin: Besoin | None = None, limite: int = LISTE_MAX
) -> list[Rapprochement]:
    """Return the best échanges open to a company (or for one of its besoins), best first; two queries."""
    chemins = _chemins(entreprise, besoin)
    aretes = Arete.objects.vivantes().detaillees().in_bulk({cle for chemin, _ in chemins for cle in chemin})
    trouves = [
        Rapprochement(nature, tuple(aretes[cle] for cle in chemin), min(1.0, score + PRIME[nature]))
        for chemin, score in chemins
        if (nature := NATURES[len(chemin)]) and all(cle in aretes for cle in chemin)
    ]
    trouves.sort(key=lambda r: (-r.score, r.cle))
    return list(islice(_sans_repetition(trouves), limite))


def _chemins(entreprise: Entreprise, besoin: Besoin | None) -> list[tuple[tuple[int, ...], float]]:
    parametres = {
        "entreprise": entreprise.pk,
        "besoin": besoin.pk if besoin else None,
        "borne": MEILLEURES_ARETES,
    }
    with connection.cursor() as curseur:
        curseur.execute(_CHEMINS, parametres)
        return [
            (tuple(cle for cle in (recue, milieu, donnee) if cle is not None), score)
            for recue, milieu, donnee, score in curseur.fetchall()
        ]


def _sans_repetition(trouves: Sequence[Rapprochement]) -> Iterable[Rapprochement]:
    """Where two neighbours can serve each other, the direct and the cercle through them say less: dropped."""
    reciproques = {_paire(r) for r in trouves if r.nature == Nature.RECIPROQUE}
    return (r for r in trouves if r.nature == Nature.RECIPROQUE or _paire(r) not in reciproques)


def _paire(rapprochement: Rapprochement) -> tuple[int, int]:
    return rapprochement.besoin.pk, rapprochement.partenaire.pk
