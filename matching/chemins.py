"""Paths through the arêtes that serve one company: found by indexed SQL, kept as keys and a score.

A path is read against the gifts: its first arête serves the company, and each arête's offreur is the
demandeur of the next. It is a loop when the last offreur is the company itself, a chaîne when the last
offreur asks for nothing.

What is capped, so that a company of the busiest hub waits for milliseconds (`docs/matching.md` has the
figures): a path starts with one of the company's best arêtes received, and the others are looked for among
the best of each company met. Below every cap the search is exact: the best path of each nature for each
arête received. Beyond, a path made of weaker arêtes may be missed, never invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from echange.socle.horloge import maintenant
from echange.socle.requetes import curseur_prepare
from matching.models import Arete, Besoin, Nature
from profils.models import Entreprise

RECUES = 200  # arêtes received that are looked at for a réciproque, and shown as directs
RECUES_DE_CERCLE = 50  # those a cercle of 3, or a chaîne of 2 gifts, may start with
DONNEES = 30  # arêtes given that may close a cercle: 50 × 30 look-ups
RECUES_LONGUES = 10  # those a cercle of 4, or a chaîne of 3 gifts, may start with
SECONDES = 8  # arêtes received by each company met on such a path
DONNEES_A_QUATRE = 40
CANDIDATES_AU_DON = 40  # arêtes received, by each company of a chaîne, among which its giver is looked for

# Conception, rule 5: 3 automatically, 4 only by an animator.
CERCLE_SEUL_MAX = 3
CERCLE_MAX = 4

# As many companies to bring to an agreement as in the longest cercle: a giver, two companies that receive
# and give, and the one that receives. A territory's round may go one gift further: an animator carries it.
DONS_MAX = 3


NATURES_DES_BOUCLES = {2: Nature.RECIPROQUE, CERCLE_SEUL_MAX: Nature.CERCLE, CERCLE_MAX: Nature.CERCLE}


class Chemin(NamedTuple):
    """One possible échange, best known by its arêtes' keys; `score` is their mean, between 0 and 1."""

    aretes: tuple[int, ...]
    nature: Nature
    score: float
    besoin: int
    partenaire: int

    @property
    def cle(self) -> str:
        """What a form sends back to propose it."""
        return "-".join(map(str, self.aretes))


def nature_du_chemin(aretes: Sequence[Arete]) -> Nature | None:
    """Return what these arêtes make, read in order; None when they are no path, or too long a one.

    Whether the last company of a chaîne asks for nothing is not looked at here.
    """
    demandeurs = [arete.demandeur_id for arete in aretes]
    offreurs = [arete.offreur_id for arete in aretes]
    if not aretes or offreurs[:-1] != demandeurs[1:] or len(set(demandeurs)) != len(demandeurs):
        return None
    if len(aretes) == 1:
        return Nature.DIRECT
    if offreurs[-1] == demandeurs[0]:
        return NATURES_DES_BOUCLES.get(len(aretes))
    return Nature.CHAINE if offreurs[-1] not in demandeurs and len(aretes) <= DONS_MAX else None


# Expired is invisible at once: the arêtes of an expired listing are only swept every ten minutes.
_EN_VIE = "a.expire_le > %(instant)s"

_RECUES = """
recues AS MATERIALIZED (
  SELECT a.id, a.offreur_id, a.besoin_id, a.score,
         row_number() OVER (ORDER BY a.score DESC, a.id) AS rang
  FROM matching_arete a
  WHERE a.demandeur_id = %(entreprise)s AND {en_vie} {du_besoin}
  ORDER BY a.score DESC, a.id LIMIT {limite}
)"""

_DONNEES = """
donnees AS MATERIALIZED (
  SELECT a.id, a.demandeur_id, a.score FROM matching_arete a
  WHERE a.offreur_id = %(entreprise)s AND {en_vie} ORDER BY a.score DESC, a.id LIMIT {limite}
)"""

# The best arête from each of these offreurs to each of these demandeurs. `OFFSET 0` keeps the planner from
# reading every arête of each company met: one look-up a pair, all those of a demandeur at once.
_MEILLEURES_ENTRE = """
  SELECT DISTINCT ON (a.demandeur_id, a.offreur_id) a.id, a.demandeur_id, a.offreur_id, a.score
  FROM (SELECT DISTINCT offreur_id AS demandeur FROM recues WHERE rang <= {rang}) AS demandeurs
  CROSS JOIN LATERAL (
    SELECT * FROM matching_arete WHERE demandeur_id = demandeur AND offreur_id = ANY({offreurs}) OFFSET 0
  ) a
  WHERE {en_vie}
  ORDER BY a.demandeur_id, a.offreur_id, a.score DESC, a.id"""

# `OFFSET 0` keeps the planner from reading every arête of each company met: one look-up a pair.
_ENTRE = """
  SELECT a.id, a.demandeur_id, a.offreur_id, a.score FROM matching_arete a
  WHERE a.demandeur_id = {demandeur} AND a.offreur_id = {offreur} AND {en_vie} OFFSET 0"""

_MEILLEURES = """
  SELECT a.id, a.demandeur_id, a.offreur_id, a.score FROM matching_arete a
  WHERE a.demandeur_id = {demandeur} AND a.offreur_id <> %(entreprise)s AND {en_vie}
  ORDER BY a.score DESC, a.id LIMIT {limite}"""

# One row per arête received and nature: its keys in order, the mean score, whom it comes from. A cercle is
# the best when its two other arêtes are, each between its two companies: one look-up for two companies,
# however many listings they have.
_BOUCLES = """
WITH {recues}, {donnees},
retours AS MATERIALIZED (
  SELECT DISTINCT ON (demandeur_id) id, demandeur_id, score FROM donnees
  ORDER BY demandeur_id, score DESC, id
), milieux AS MATERIALIZED (
  {entre_maillons}
), reponses AS MATERIALIZED (
  {entre_nous}
), reciproques AS (
  SELECT ARRAY[r.id, d.id] AS cles, (r.score + d.score) / 2 AS score, r.besoin_id, r.offreur_id
  FROM recues r JOIN reponses d ON d.demandeur_id = r.offreur_id
), cercles AS (
  SELECT DISTINCT ON (r.id) ARRAY[r.id, m.id, d.id] AS cles, (r.score + m.score + d.score) / 3 AS score,
         r.besoin_id, r.offreur_id
  FROM recues r
  JOIN milieux m ON m.demandeur_id = r.offreur_id
  JOIN retours d ON d.demandeur_id = m.offreur_id
  WHERE r.rang <= {recues_de_cercle}
  ORDER BY r.id, r.score + m.score + d.score DESC, m.id, d.id
)
SELECT 'direct', ARRAY[id], score, besoin_id, offreur_id FROM recues
UNION ALL SELECT 'reciproque', cles, score, besoin_id, offreur_id FROM reciproques
UNION ALL SELECT 'cercle', cles, score, besoin_id, offreur_id FROM cercles
"""

_CERCLES_DE_QUATRE = """
WITH {recues}, {donnees}
SELECT DISTINCT ON (r.id) 'cercle', ARRAY[r.id, m.id, n.id, d.id],
       (r.score + m.score + n.score + d.score) / 4, r.besoin_id, r.offreur_id
FROM recues r CROSS JOIN LATERAL ({secondes}) m
JOIN donnees d ON d.demandeur_id NOT IN (r.offreur_id, m.offreur_id)
CROSS JOIN LATERAL ({troisieme}) n
ORDER BY r.id, r.score + m.score + n.score + d.score DESC, m.id, n.id, d.id
"""

# `dons`: for each company that could stand on a chaîne, the best gift from one that asks for nothing.
# Such a giver receives nothing, so it is neither the company nor another one of the path. Thousands of arêtes
# are candidates and few of their offreurs give so: each is asked once.
_CHAINES = """
WITH recues AS MATERIALIZED (
  SELECT * FROM unnest(
    %(recues)s::bigint[], %(besoins)s::bigint[], %(offreurs)s::bigint[], %(scores)s::float8[],
    %(longues)s::bool[]
  ) AS recue (id, besoin_id, offreur_id, score, est_longue)
), secondes AS MATERIALIZED (
  SELECT r.id AS recue, m.* FROM recues r CROSS JOIN LATERAL ({secondes}) m WHERE r.est_longue
), candidates AS MATERIALIZED (
  SELECT c.* FROM (SELECT offreur_id AS maillon FROM recues UNION SELECT offreur_id FROM secondes) AS maillons
  CROSS JOIN LATERAL ({candidates}) c
), donneuses AS MATERIALIZED (
  SELECT offreur_id FROM candidates
  EXCEPT SELECT entreprise_id FROM matching_besoin
  WHERE entreprise_id = ANY(ARRAY(SELECT DISTINCT offreur_id FROM candidates))
    AND statut = 'publiee' AND expire_le > %(instant)s
), dons AS MATERIALIZED (
  SELECT DISTINCT ON (demandeur_id) id, demandeur_id, score
  FROM candidates JOIN donneuses USING (offreur_id)
  ORDER BY demandeur_id, score DESC, id
), chaines AS (
  SELECT r.*, ARRAY[r.id, d.id] AS cles, (r.score + d.score) / 2 AS moyenne
  FROM recues r JOIN dons d ON d.demandeur_id = r.offreur_id
  UNION ALL
  SELECT r.*, ARRAY[r.id, m.id, d.id], (r.score + m.score + d.score) / 3
  FROM recues r JOIN secondes m ON m.recue = r.id JOIN dons d ON d.demandeur_id = m.offreur_id
)
SELECT DISTINCT ON (id, array_length(cles, 1)) 'chaine', cles, moyenne, besoin_id, offreur_id FROM chaines
ORDER BY id, array_length(cles, 1), moyenne DESC, cles
"""


def boucles_et_directs(entreprise: Entreprise, besoin: Besoin | None) -> list[Chemin]:
    """Return the directs, réciproques and cercles of 3; one query."""
    sql = _BOUCLES.format(
        recues=_recues(besoin, RECUES),
        donnees=_DONNEES.format(en_vie=_EN_VIE, limite=DONNEES),
        entre_nous=_MEILLEURES_ENTRE.format(en_vie=_EN_VIE, rang=RECUES, offreurs="ARRAY[%(entreprise)s]"),
        entre_maillons=_MEILLEURES_ENTRE.format(
            en_vie=_EN_VIE, rang=RECUES_DE_CERCLE, offreurs="ARRAY(SELECT demandeur_id FROM retours)"
        ),
        recues_de_cercle=RECUES_DE_CERCLE,
    )
    return _lire(sql, entreprise, {"besoin": besoin.pk if besoin else None})


def cercles_de_quatre(entreprise: Entreprise, besoin: Besoin | None) -> list[Chemin]:
    """Return the cercles of 4: for whoever animates; one query."""
    sql = _CERCLES_DE_QUATRE.format(
        recues=_recues(besoin, RECUES_LONGUES),
        donnees=_DONNEES.format(en_vie=_EN_VIE, limite=DONNEES_A_QUATRE),
        secondes=_MEILLEURES.format(en_vie=_EN_VIE, demandeur="r.offreur_id", limite=SECONDES),
        troisieme=_ENTRE.format(en_vie=_EN_VIE, demandeur="m.offreur_id", offreur="d.demandeur_id"),
    )
    return _lire(sql, entreprise, {"besoin": besoin.pk if besoin else None})


def chaines(entreprise: Entreprise, trouves: Sequence[Chemin]) -> list[Chemin]:
    """Return the chaînes of 2 and of 3 gifts that end at the company; one query at most.

    `trouves`: its `boucles_et_directs`. Where a neighbour serves a besoin in a loop, a chaîne with it for
    the same besoin is not looked for: the list would hide it.
    """
    directs = sorted((c for c in trouves if c.nature == Nature.DIRECT), key=lambda c: (-c.score, c.aretes))
    fermes = {(c.besoin, c.partenaire) for c in trouves if c.nature != Nature.DIRECT}
    recues = [
        (*c.aretes, c.besoin, c.partenaire, c.score, rang < RECUES_LONGUES)
        for rang, c in enumerate(directs[:RECUES_DE_CERCLE])
        if (c.besoin, c.partenaire) not in fermes
    ]
    if not recues:
        return []
    sql = _CHAINES.format(
        secondes=_MEILLEURES.format(en_vie=_EN_VIE, demandeur="r.offreur_id", limite=SECONDES),
        candidates=_MEILLEURES.format(en_vie=_EN_VIE, demandeur="maillon", limite=CANDIDATES_AU_DON),
    )
    noms = ("recues", "besoins", "offreurs", "scores", "longues")
    return _lire(sql, entreprise, dict(zip(noms, map(list, zip(*recues, strict=True)), strict=True)))


def _recues(besoin: Besoin | None, limite: int) -> str:
    du_besoin = "AND a.besoin_id = %(besoin)s" if besoin else ""
    return _RECUES.format(en_vie=_EN_VIE, du_besoin=du_besoin, limite=limite)


def _lire(sql: str, entreprise: Entreprise, autres: Mapping[str, Any]) -> list[Chemin]:
    with curseur_prepare() as curseur:
        curseur.execute(sql, {"entreprise": entreprise.pk, "instant": maintenant(), **autres})
        return [
            Chemin(tuple(aretes), Nature(nature), score, servi, partenaire)
            for nature, aretes, score, servi, partenaire in curseur.fetchall()
        ]
