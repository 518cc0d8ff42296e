"""Writes of the table of arêtes: what the rule says of the listings, kept as they change.

The rule (docs/matching.md): each besoin keeps, for each `Lien`, its `LONGUEUR` nearest savoir-faire that fit,
by distance then by key. The table is a function of the listings alone, whoever came first:

- a besoin that changes has its lists read again. One just published has the `PROCHES` nearest of its
  compétence at once, and is owed the rest; when they are fewer, it has all its lists at once.
- a savoir-faire that changes leaves the lists it was in and enters those where it is near enough, which
  evicts the furthest: at once those of the `PROCHES` nearest besoins. A list it leaves, full until then, is
  owed the next one.

What is owed is read by a task enqueued in the same transaction.

Two listings that change at the same instant must not miss each other. Each list of a besoin is guarded by the
advisory lock of one compétence, the one chosen or the one read in its words; a besoin takes its own, a
savoir-faire those of every besoin it may serve (closeness is symmetric), all at once and in sorted order.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app

from matching.models import Annonce, Arete, Besoin, Competence, SavoirFaire
from matching.moteur.adequation import Fiche, evaluer
from matching.voisinage import Paire, besoins_a_servir, listes_des_besoins
from profils.models import Blocage

LONGUEUR = 60  # of each list of a besoin: far above what anyone reads
PROCHES = 30  # listings looked at while someone waits, when one is published
LOT = 50  # besoins read again in one transaction by a task: others wait for its locks
LOT_RECONSTRUIT = 200

TACHE_COMPLETER = "matching.completer_aretes"
TACHE_ETENDRE = "matching.etendre_aretes"

T = TypeVar("T")
Cle = tuple[int, int]  # besoin, savoir-faire
Liste = tuple[int, int]  # besoin, `Lien`


class _Valeurs(NamedTuple):
    """A row of the table, its key aside, in the order of its columns in `_INSERER`."""

    demandeur: int
    offreur: int
    lien: int
    score: float
    distance_m: float
    modalites: int
    creneaux: int
    expire_le: datetime
    composantes: dict[str, float]


Aretes = dict[Cle, _Valeurs]

# By arrays: 250 rows at once, which `bulk_create` takes three times as long to prepare.
_INSERER = """
INSERT INTO matching_arete (besoin_id, savoir_faire_id, demandeur_id, offreur_id, lien, score, distance_m,
                            modalites, creneaux, expire_le, composantes)
SELECT * FROM ROWS FROM (
    unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[], %s::float8[], %s::float8[],
           %s::smallint[], %s::int[], %s::timestamptz[]),
    jsonb_array_elements(%s::jsonb)
) AS ligne
ON CONFLICT (besoin_id, savoir_faire_id) DO UPDATE
SET demandeur_id = excluded.demandeur_id, offreur_id = excluded.offreur_id, lien = excluded.lien,
    score = excluded.score, distance_m = excluded.distance_m, modalites = excluded.modalites,
    creneaux = excluded.creneaux, expire_le = excluded.expire_le, composantes = excluded.composantes
"""
_SUPPRIMER = """
DELETE FROM matching_arete USING unnest(%s::bigint[], %s::bigint[]) AS trop (besoin, savoir)
WHERE besoin_id = besoin AND savoir_faire_id = savoir
"""


def competences_proches(code: str) -> list[str]:
    """Return this compétence then the close ones, in a stable order."""
    voisines = Competence.voisines.through.objects.filter(from_competence_id=code)
    return [code, *sorted(voisines.values_list("to_competence_id", flat=True))]


def fiche(annonce: Annonce) -> Fiche:
    """Return the engine's record of a listing that is, or would be, published."""
    if annonce.publie_le is None:
        raise ValueError(f"{annonce} is not published")
    return Fiche(
        entreprise=annonce.entreprise_id,
        competence=annonce.competence_id,
        modalites=annonce.modalites,
        rayon_m=annonce.rayon_km * 1000,
        niveau=annonce.niveau,
        creneaux=annonce.creneaux,
        commune=annonce.commune_id,
        publiee_le=annonce.publie_le,
        lue=annonce.competence_lue_id,
    )


def entreprises_ecartees(entreprise: int) -> set[int]:
    """Return this company and those that it blocks or that block it."""
    blocages = Blocage.objects.filter(Q(bloquante=entreprise) | Q(bloquee=entreprise))
    paires = blocages.values_list("bloquante_id", "bloquee_id")
    return {entreprise}.union(*paires)


def competences_gardees(*annonces: Annonce) -> set[str]:
    """Return the codes whose locks these listings need to change arêtes, as they are in memory."""
    codes = {code for a in annonces for code in (a.competence_id, a.competence_lue_id) if code}
    offertes = {a.competence_id for a in annonces if not a.est_besoin}
    if offertes:
        voisines = Competence.voisines.through.objects.filter(from_competence_id__in=offertes)
        codes.update(voisines.values_list("to_competence_id", flat=True))
    return codes


def verrouiller_competences(codes: Iterable[str]) -> None:
    """Hold, until the end of the transaction, the right to write arêtes of these compétences."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT pg_advisory_xact_lock(hashtext('arete'), hashtext(code))"
            " FROM (SELECT unnest(%s::text[]) AS code ORDER BY code) AS codes",
            [sorted(codes)],
        )


@transaction.atomic(savepoint=False)
def recalculer_aretes(*annonces: Annonce, avant: Collection[str] = ()) -> None:
    """Make the arêtes of these listings what the rule says, whatever has just happened to them.

    `avant`: the `competences_gardees` before a change of compétence or of words.
    """
    _verrouiller(annonces, avant)
    a_completer = _ecrire_listes([a.pk for a in annonces if a.est_besoin], presser=True)
    for annonce in annonces:
        if not annonce.est_besoin:
            a_completer |= _servir(annonce.pk)
    _programmer_completer(a_completer)


@transaction.atomic
def completer(besoins: Collection[int]) -> None:
    """Read again the lists of these besoins: what the task does for one lot."""
    _verrouiller(list(Besoin.objects.filter(pk__in=besoins)))
    _ecrire_listes(besoins)


def etendre(savoir_faire: int) -> None:
    """Enter the lists of the besoins too far to have been looked at when this savoir-faire was published.

    The long walk is read without any lock: a besoin that changes meanwhile sees the savoir-faire by itself.
    """
    paires, _ = besoins_a_servir(savoir_faire, longueur=LONGUEUR)
    for lot in _par_lots([paire.besoin for paire in paires], LOT_RECONSTRUIT):
        with transaction.atomic():
            _verrouiller(list(SavoirFaire.objects.filter(pk=savoir_faire)))
            trouvees, _ = besoins_a_servir(savoir_faire, longueur=LONGUEUR, parmi=lot)
            _entrer(trouvees, _lire(Arete.objects.filter(savoir_faire=savoir_faire, besoin__in=lot)))


def reconstruire(*, depuis: int = 0) -> Iterator[tuple[int, int, int]]:
    """Redo the arêtes of every besoin after the primary key `depuis`.

    Yields, a lot at a time and in the order of keys: the last key, how many besoins, how many arêtes. One
    transaction a lot: the site goes on meanwhile, and an interrupted run is resumed by the last key it gave.
    """
    cles = Besoin.objects.filter(pk__gt=depuis).order_by("pk").values_list("pk", flat=True)
    for lot in _par_lots(cles.iterator(), LOT_RECONSTRUIT):
        completer(lot)
        yield lot[-1], len(lot), Arete.objects.filter(besoin__in=lot).count()


def _verrouiller(annonces: Sequence[Annonce], avant: Collection[str] = ()) -> None:
    """Lock what guards these listings; those another transaction has just changed, as they are now."""
    tenus: set[str] = set()
    voulus = competences_gardees(*annonces).union(avant)
    while not voulus <= tenus:
        verrouiller_competences(voulus - tenus)
        tenus |= voulus
        voulus = competences_gardees(*_relire(annonces))


def _relire(annonces: Iterable[Annonce]) -> list[Annonce]:
    cles: dict[type[Annonce], list[int]] = {Besoin: [], SavoirFaire: []}
    for annonce in annonces:
        cles[type(annonce)].append(annonce.pk)
    return [
        annonce
        for modele, siennes in cles.items()
        if siennes
        for annonce in modele.objects.filter(pk__in=siennes).only("competence_id", "competence_lue_id")
    ]


def _ecrire_listes(besoins: Collection[int], *, presser: bool = False) -> set[int]:
    """Give these besoins, whose locks are held, the lists they deserve; return those that are owed the rest.

    `presser`: someone waits. Only a besoin without any arête may be owed some: nothing stale stays in place.
    """
    if not besoins:
        return set()
    avant = _lire(Arete.objects.filter(besoin__in=besoins))
    neufs = set(besoins).difference(besoin for besoin, _ in avant) if presser else set()
    a_la_hate = min(PROCHES, LONGUEUR)
    paires = listes_des_besoins(neufs, longueur=a_la_hate, faibles=False)
    trouves = Counter(paire.besoin for paire in paires)
    a_completer = {besoin for besoin, nombre in trouves.items() if nombre == a_la_hate}
    paires += listes_des_besoins(set(besoins) - neufs, longueur=LONGUEUR, faibles=False)
    paires += listes_des_besoins(set(besoins) - a_completer, longueur=LONGUEUR, faibles=True)
    _ecrire(_evaluer(paires), avant)
    return a_completer


def _servir(savoir_faire: int) -> set[int]:
    """Put a savoir-faire, whose locks are held, where it belongs; return the besoins to complete."""
    avant = _lire(Arete.objects.filter(savoir_faire=savoir_faire))
    paires, d_autres = besoins_a_servir(savoir_faire, longueur=LONGUEUR, limite=PROCHES)
    if avant and d_autres:  # those already served, beyond the nearest
        anciens = {besoin for besoin, _ in avant}.difference(paire.besoin for paire in paires)
        paires += besoins_a_servir(savoir_faire, longueur=LONGUEUR, parmi=anciens)[0]
    apres = _entrer(paires, avant)
    if d_autres:
        app.configure_task(TACHE_ETENDRE).defer(savoir_faire=savoir_faire)
    return _entamees(avant, apres)


def _entrer(paires: Sequence[Paire], avant: Aretes) -> Aretes:
    """Write the arêtes of one savoir-faire in place of those it had, and evict who is now too far."""
    apres = _evaluer(paires)
    changees = _ecrire(apres, avant)
    _raccourcir({(besoin, apres[besoin, cle].lien) for besoin, cle in changees})
    return apres


def _lire(aretes: QuerySet[Arete]) -> Aretes:
    return {
        (besoin, savoir_faire): _Valeurs(*valeurs)
        for besoin, savoir_faire, *valeurs in aretes.values_list("besoin", "savoir_faire", *_Valeurs._fields)
    }


def _evaluer(paires: Iterable[Paire]) -> Aretes:
    aretes = {}
    for paire in paires:
        besoin, savoir_faire = paire.fiche_besoin, paire.fiche_savoir_faire
        a = evaluer(besoin, savoir_faire, distance_m=paire.distance_m, voisines=paire.voisines)
        if a is not None:
            aretes[paire.besoin, paire.savoir_faire] = _Valeurs(
                besoin.entreprise,
                savoir_faire.entreprise,
                int(a.lien),
                a.score,
                paire.distance_m,
                a.modalites,
                a.creneaux,
                paire.expire_le,
                a.composantes,
            )
    return aretes


def _ecrire(voulues: Aretes, actuelles: Aretes) -> list[Cle]:
    """Turn `actuelles` into `voulues`; return what was added or changed.

    What is right already is not touched: its key is in the pages people have open.
    """
    de_trop = [cle for cle in actuelles if cle not in voulues]
    changees = [cle for cle, valeurs in voulues.items() if actuelles.get(cle) != valeurs]
    with connection.cursor() as curseur:
        if de_trop:
            curseur.execute(_SUPPRIMER, [list(colonne) for colonne in zip(*de_trop, strict=True)])
        if changees:
            lignes = ((*cle, *voulues[cle]) for cle in changees)
            *colonnes, composantes = (list(colonne) for colonne in zip(*lignes, strict=True))
            curseur.execute(_INSERER, [*colonnes, json.dumps(composantes)])
    return changees


def _raccourcir(listes: Collection[Liste]) -> None:
    """Evict from these lists (besoin, `Lien`) what is beyond their length."""
    if not listes:
        return
    besoins, liens = zip(*sorted(listes), strict=True)
    with connection.cursor() as curseur:
        curseur.execute(
            """
            DELETE FROM matching_arete WHERE id IN (
                SELECT trop.id
                FROM unnest(%s::bigint[], %s::int[]) AS liste (besoin, lien)
                CROSS JOIN LATERAL (
                    SELECT id FROM matching_arete a WHERE a.besoin_id = besoin AND a.lien = liste.lien
                    ORDER BY distance_m, savoir_faire_id OFFSET %s
                ) AS trop
            )
            """,
            [list(besoins), list(liens), LONGUEUR],
        )


def _entamees(avant: Aretes, apres: Aretes) -> set[int]:
    """The besoins whose list was full, and may now be owed a savoir-faire that was beyond its length."""
    quittees, eloignees = Counter[Liste](), set()
    for (besoin, savoir_faire), ancienne in avant.items():
        nouvelle = apres.get((besoin, savoir_faire))
        if nouvelle is None or nouvelle.lien != ancienne.lien:
            quittees[besoin, ancienne.lien] += 1
        elif nouvelle.distance_m > ancienne.distance_m:
            eloignees.add((besoin, ancienne.lien))
    longueurs = _longueurs(quittees.keys() | eloignees)
    return {liste[0] for liste, nombre in longueurs.items() if nombre + quittees[liste] >= LONGUEUR}


def _longueurs(listes: Collection[Liste]) -> dict[Liste, int]:
    if not listes:
        return {}
    besoins, liens = zip(*sorted(listes), strict=True)
    with connection.cursor() as curseur:
        curseur.execute(
            """
            SELECT besoin, liste.lien, (
                SELECT count(*) FROM matching_arete a WHERE a.besoin_id = besoin AND a.lien = liste.lien
            ) FROM unnest(%s::bigint[], %s::int[]) AS liste (besoin, lien)
            """,
            [list(besoins), list(liens)],
        )
        return {(besoin, lien): nombre for besoin, lien, nombre in curseur.fetchall()}


def _programmer_completer(besoins: Collection[int]) -> None:
    for lot in _par_lots(sorted(besoins), LOT):
        app.configure_task(TACHE_COMPLETER).defer(besoins=list(lot))


def _par_lots(elements: Iterable[T], taille: int) -> Iterator[list[T]]:
    suite = iter(elements)
    while lot := list(islice(suite, taille)):
        yield lot
