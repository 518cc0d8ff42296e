"""The rule of arêtes in SQL: who fits whom, nearest first, by the compound indexes walked in order.

`moteur/adequation.py` is the definition; this is the same rule where the rows are, so that a walk goes on
until it has found enough listings that *fit*. A property test holds the two together, pair by pair
(tests/matching/test_voisinage.py). Distances are metres on the sphere, savoir-faire first: one number, bit
for bit, from whichever side it is asked.

A walk starts from one listing (`ici`) and one compétence, among the listings of the other kind (`autre`).
From one that accepts the screen it is unbounded, since someone far may answer; otherwise its own radius
bounds it, and those of its commune beyond the radius come by their own index.
"""

# ruff: noqa: S608  the statements are made of this module's constants; values are parameters

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from echange.socle.horloge import maintenant
from echange.socle.requetes import curseur_prepare
from matching.moteur.adequation import Fiche, Lien, Lieu


@dataclass(frozen=True, slots=True)
class Paire:
    """A besoin and a savoir-faire that fit: keys, records, `distance_m`, when the first of the two ends, and
    whether their compétences are close without being the same."""

    besoin: int
    savoir_faire: int
    fiche_besoin: Fiche
    fiche_savoir_faire: Fiche
    distance_m: float
    expire_le: datetime
    voisines: bool


TOUS = 2**31 - 1

_TABLES = {"b": "matching_besoin", "s": "matching_savoirfaire"}
_APPORT = {"b": "besoin_id", "s": "savoir_faire_id"}
_CHAMPS = (
    "entreprise_id, competence_id, modalites, rayon_km, niveau, creneaux, commune_id, publie_le,"
    " competence_lue_id"
)
_DISTANCE = "(s.position <-> b.position)"
_FIN = "least(s.expire_le, b.expire_le)"
_LES_DEUX_RAYONS = "least(b.rayon_km, s.rayon_km) * 1000"
_VISIO = int(Lieu.VISIO)

# Scalar subqueries on purpose: the planner keeps them row by row, after the ordered walk, and never turns
# them into a join that would read the whole of another table first.
_EN_JEU = """
    {a}.statut = 'publiee' AND {a}.expire_le > %(maintenant)s
    AND (SELECT NOT (e.est_en_pause OR e.est_suspendue)
         FROM profils_entreprise e WHERE e.id = {a}.entreprise_id)
    AND {a}.capacite > (
        SELECT count(*) FROM matching_apport p JOIN matching_echange x ON x.id = p.echange_id
        WHERE p.{apport} = {a}.id AND x.statut = 'en_cours'
    )"""

# Read once for the listing a walk starts from, not once a row met.
_AVEC_ECARTEES = """
    SELECT *, ARRAY(
        SELECT depart.entreprise_id
        UNION ALL SELECT bloquee_id FROM profils_blocage WHERE bloquante_id = depart.entreprise_id
        UNION ALL SELECT bloquante_id FROM profils_blocage WHERE bloquee_id = depart.entreprise_id
    ) AS ecartees FROM {table} depart"""

_CONVIENT = """
    {autre}.entreprise_id <> ALL ({ici}.ecartees)
    AND s.niveau >= b.niveau
    AND (s.creneaux = 0 OR b.creneaux = 0 OR s.creneaux & b.creneaux <> 0)
    AND s.modalites & b.modalites <> 0"""

_NI_MEME_NI_VOISINES = """
    s.competence_id <> b.competence_id
    AND NOT EXISTS (SELECT FROM matching_competence_voisines v
                    WHERE v.from_competence_id = b.competence_id AND v.to_competence_id = s.competence_id)"""

_SES_MOTS_NON_PLUS = "s.competence_lue_id IS DISTINCT FROM b.competence_id"

_VOISINES = "matching_competence_voisines v WHERE v.from_competence_id = {a}.competence_id"


def _en_jeu(alias: str) -> str:
    return _EN_JEU.format(a=alias, apport=_APPORT[alias])


def _depart(alias: str) -> str:
    return _AVEC_ECARTEES.format(table=_TABLES[alias])


def _parcours(ici: str, colonne: str, *conditions: str, visio: bool) -> str:
    """The nearest rows of the other table whose `colonne` is `m.code`; `visio`: `ici` accepts the screen."""
    autre = "s" if ici == "b" else "b"
    selection = f"SELECT {autre}.*, {_DISTANCE} AS distance, {_FIN} AS fin FROM {_TABLES[autre]} {autre}"
    communes = [f"{autre}.{colonne} = m.code", _en_jeu(autre), _CONVIENT.format(autre=autre, ici=ici)]
    communes += conditions
    marche = f"{autre}.position <-> {ici}.position"
    if visio:
        proche = f"s.commune_id = b.commune_id OR {_DISTANCE} <= {_LES_DEUX_RAYONS}"
        branches = {marche: [f"(s.modalites & b.modalites & {_VISIO} <> 0 OR {proche})"]}
    else:
        portee = f"ST_DWithin({autre}.position, {ici}.position, {ici}.rayon_km * 1000 + 10, false)"
        branches = {
            marche: [
                portee,
                f"{_DISTANCE} <= {_LES_DEUX_RAYONS}",
            ],  # the first for the index, the second decides
            f"{_DISTANCE} + 0": [  # not an order of the index, which would walk the whole country
                f"{autre}.commune_id = {ici}.commune_id",
                f"{_DISTANCE} > {_LES_DEUX_RAYONS}",
            ],
        }
    return " UNION ALL ".join(
        f"({selection} WHERE {' AND '.join([*communes, *branche])}"
        f" ORDER BY {ordre} FETCH FIRST %(limite)s ROWS WITH TIES)"
        for ordre, branche in branches.items()
    )


@lru_cache(maxsize=8)
def _sql_listes(*, visio: bool, avec_lue: bool, faibles: bool) -> str:
    """The lists of besoins that are all `visio` or all not, with words read in them or without.

    Those of the same compétence, or the `faibles`: the others.
    """

    def marcher(codes: str, lien: Lien, colonne: str, *conditions: str) -> str:
        parcours = _parcours("b", colonne, *conditions, visio=visio)
        return f"""
            SELECT b.id AS besoin, {lien:d} AS lien, t.* FROM b CROSS JOIN LATERAL ({codes}) m
            CROSS JOIN LATERAL ({parcours}) t"""

    choisie, lue = "SELECT b.competence_id AS code", "SELECT b.competence_lue_id AS code"
    voisines = f"SELECT v.to_competence_id AS code FROM {_VOISINES.format(a='b')}"
    autres = (_NI_MEME_NI_VOISINES, _SES_MOTS_NON_PLUS)
    marches = [marcher(choisie, Lien.MEME_COMPETENCE, "competence_id")]
    if faibles:
        marches = [
            marcher(voisines, Lien.VOISINE, "competence_id"),
            marcher(choisie, Lien.SES_MOTS, "competence_lue_id", _NI_MEME_NI_VOISINES),
        ]
    if faibles and avec_lue:
        marches += [
            marcher(lue, Lien.VOS_MOTS, "competence_id", *autres),
            marcher(lue, Lien.VOS_MOTS, "competence_lue_id", *autres, "s.competence_id <> m.code"),
        ]
    return f"""
        WITH b AS MATERIALIZED ({_depart("b")} WHERE id = ANY(%(cles)s)),
        trouvees AS ({" UNION ALL ".join(marches)}),
        rangees AS (
            SELECT *, row_number() OVER (PARTITION BY besoin, lien ORDER BY distance, id) AS rang
            FROM trouvees
        )
        SELECT besoin, id, lien = {Lien.VOISINE:d}, distance, fin, {_CHAMPS}
        FROM rangees WHERE rang <= %(limite)s ORDER BY besoin, lien, rang
    """


@lru_cache(maxsize=16)
def _sql_besoins(*, visio: bool, avec_lue: bool, faibles: bool, parmi: bool) -> str:
    """The besoins that a savoir-faire fits, nearest first; `entre`: it is among that besoin's nearest, the
    arêtes of the table being the others. Of the same compétence, or the `faibles`: the others."""

    def marcher(codes: str, lien: Lien, colonne: str, *conditions: str) -> str:
        choisis = ("b.id = ANY(%(parmi)s)",) if parmi else ()
        parcours = _parcours("s", colonne, *conditions, *choisis, visio=visio)
        return f"""
            SELECT {lien:d} AS lien, t.* FROM s CROSS JOIN LATERAL ({codes}) m
            CROSS JOIN LATERAL ({parcours}) t"""

    choisie, lue = "SELECT s.competence_id AS code", "SELECT s.competence_lue_id AS code"
    voisines = f"SELECT v.to_competence_id AS code FROM {_VOISINES.format(a='s')}"
    leurs_mots = f"{choisie} UNION {lue}" if avec_lue else choisie
    marches = [marcher(choisie, Lien.MEME_COMPETENCE, "competence_id")]
    if faibles:
        marches = [
            marcher(voisines, Lien.VOISINE, "competence_id"),
            marcher(leurs_mots, Lien.VOS_MOTS, "competence_lue_id", _NI_MEME_NI_VOISINES, _SES_MOTS_NON_PLUS),
        ]
    if faibles and avec_lue:
        marches.append(marcher(lue, Lien.SES_MOTS, "competence_id", _NI_MEME_NI_VOISINES))
    return f"""
        WITH s AS MATERIALIZED ({_depart("s")} WHERE id = %(cle)s),
        proches AS (
            SELECT * FROM ({" UNION ALL ".join(marches)}) AS trouves ORDER BY distance, id LIMIT %(limite)s
        ), jugees AS (
            SELECT proches.*, (
                SELECT count(*) FROM (
                    SELECT FROM matching_arete a
                    WHERE a.besoin_id = proches.id AND a.lien = proches.lien AND a.savoir_faire_id <> %(cle)s
                      AND (a.distance_m, a.savoir_faire_id) < (proches.distance, %(cle)s)
                    LIMIT %(longueur)s
                ) AS devant
            ) < %(longueur)s AS entre
            FROM proches
        )
        SELECT id, lien = {Lien.VOISINE:d}, distance, fin, entre, {_CHAMPS}
        FROM jugees WHERE entre OR %(limite)s < {TOUS} ORDER BY distance, id
    """


def listes_des_besoins(cles: Collection[int], *, longueur: int, faibles: bool | None = None) -> list[Paire]:
    """Return the lists of these besoins: per besoin and per `Lien`, its `longueur` nearest savoir-faire.

    Those of the same compétence, or the `faibles`, by the other links; both when it is not said. A besoin
    out of the game has none.
    """
    fiches = _fiches_en_jeu("b", cles) if cles else {}
    groupes = defaultdict(list)
    for cle, fiche in fiches.items():
        groupes[_genre(fiche)].append(cle)
    return [
        Paire(besoin, savoir_faire, fiches[besoin], _fiche(champs), distance, fin, voisines)
        for (visio, avec_lue), siens in groupes.items()
        for force in ((False, True) if faibles is None else (faibles,))
        for besoin, savoir_faire, voisines, distance, fin, *champs in _parcourir(
            _sql_listes(visio=visio, avec_lue=avec_lue, faibles=force), {"cles": siens, "limite": longueur}
        )
    ]


def besoins_a_servir(
    savoir_faire: int, *, longueur: int, limite: int = TOUS, parmi: Collection[int] | None = None
) -> tuple[list[Paire], bool]:
    """Return the besoins in whose lists this savoir-faire belongs, and whether there may be more.

    `limite`: look at that many of the nearest that fit, first of its compétence, then by weaker links when
    these are fewer. `parmi`: look only at these. The other arêtes of the table are taken as they are.
    """
    fiche = _fiches_en_jeu("s", [savoir_faire]).get(savoir_faire)
    if fiche is None:
        return [], False
    visio, avec_lue = _genre(fiche)
    parametres = {"cle": savoir_faire, "longueur": longueur, "limite": limite, "parmi": list(parmi or ())}
    lignes: list[tuple[Any, ...]] = []
    d_autres = False
    for faibles in (False, True):
        if not d_autres:
            sql = _sql_besoins(visio=visio, avec_lue=avec_lue, faibles=faibles, parmi=parmi is not None)
            trouvees = _parcourir(sql, parametres)
            lignes += trouvees
            d_autres = len(trouvees) == limite
    paires = [
        Paire(besoin, savoir_faire, _fiche(champs), fiche, distance, fin, voisines)
        for besoin, voisines, distance, fin, entre, *champs in lignes
        if entre
    ]
    return paires, d_autres


def _genre(fiche: Fiche) -> tuple[bool, bool]:
    return bool(fiche.modalites & _VISIO), fiche.lue is not None


def _fiches_en_jeu(alias: str, cles: Iterable[int]) -> dict[int, Fiche]:
    """Return the records of those that are published, not expired, of an active company, with room left."""
    table = f"{_TABLES[alias]} {alias}"
    sql = f"SELECT id, {_CHAMPS} FROM {table} WHERE id = ANY(%(cles)s) AND {_en_jeu(alias)}"
    with connection.cursor() as curseur:
        curseur.execute(sql, {"cles": list(cles), "maintenant": maintenant()})
        return {cle: _fiche(champs) for cle, *champs in curseur.fetchall()}


@transaction.atomic(savepoint=False)
def _parcourir(sql: str, parametres: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Run a walk in the order of the index, by a plan the connection makes once.

    Left to itself the planner, who guesses that nearly nothing fits, reads a whole compétence and sorts it
    (0.4 s in Paris). To plan a walk takes a quarter of its time.
    """
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_sort = off")
    with curseur_prepare() as curseur:
        curseur.execute(sql, parametres | {"maintenant": maintenant()})
        lignes: list[tuple[Any, ...]] = curseur.fetchall()
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_sort = on")
    return lignes


def _fiche(champs: Sequence[Any]) -> Fiche:
    entreprise, competence, modalites, rayon_km, *autres = champs
    return Fiche(entreprise, competence, modalites, rayon_km * 1000, *autres)
