"""Load `geographie.zip`: one COPY into staging tables, then one statement per table for what changed."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from echange.socle.erreurs import ErreurMetier
from echange.socle.textes import cle_de_nom
from territoires.models import Commune, Epci, SourceChargee
from territoires.services.perimetres import appliquer_perimetres, verrouiller_geographie

ARCHIVE = Path(__file__).parent.parent / "donnees" / "geographie.zip"
SOURCE = "geographie"
# Part of the fingerprint: raise it when the same file must give other rows (say, `cle_de_nom` changed).
VERSION = "1"

ABIMEE = (OSError, zipfile.BadZipFile, KeyError, ValueError, csv.Error, DataError, IntegrityError)

Ligne = dict[str, str]
Dire = Callable[[str], None]

# Dropped by hand: `ON COMMIT DROP` would forbid two loadings in one transaction.
_PREPARER = """
CREATE TEMPORARY TABLE lu_region (code text, nom text);
CREATE TEMPORARY TABLE lu_departement (code text, nom text, region text);
CREATE TEMPORARY TABLE lu_epci (code text, nom text);
CREATE TEMPORARY TABLE lu_commune (
  code text PRIMARY KEY, nom text, cle_nom text, departement text, epci text, population integer,
  lon double precision, lat double precision, exacte boolean, parente text
);
CREATE TEMPORARY TABLE lu_code_postal (code text, commune text);
"""

_RANGER = "DROP TABLE lu_region, lu_departement, lu_epci, lu_commune, lu_code_postal"

# Each statement writes only the rows that differ: loading the same file twice writes nothing.
_REPORTER = """
INSERT INTO territoires_region (code, nom) SELECT code, nom FROM lu_region
ON CONFLICT (code) DO UPDATE SET nom = excluded.nom WHERE territoires_region.nom <> excluded.nom;

INSERT INTO territoires_departement AS d (code, nom, region_id) SELECT code, nom, region FROM lu_departement
ON CONFLICT (code) DO UPDATE SET nom = excluded.nom, region_id = excluded.region_id
WHERE (d.nom, d.region_id) IS DISTINCT FROM (excluded.nom, excluded.region_id);

INSERT INTO territoires_epci AS e (code, nom) SELECT code, nom FROM lu_epci
ON CONFLICT (code) DO UPDATE SET nom = excluded.nom WHERE e.nom <> excluded.nom;

-- A commune placed by the official API stays there: the file's coordinates are coarser.
WITH officiels AS (
  SELECT c.code, c.position FROM territoires_commune c
  JOIN territoires_sourcechargee s ON s.nom = 'centres-' || c.departement_id
  WHERE c.est_exacte
), lues AS (
  SELECT l.*, EXISTS (SELECT FROM lu_commune a WHERE a.parente = l.code) AS a_arrondissements,
    coalesce(o.position, ST_SetSRID(ST_MakePoint(l.lon, l.lat), 4326)::geography) AS position,
    l.exacte OR o.code IS NOT NULL AS est_exacte
  FROM lu_commune l LEFT JOIN officiels o ON o.code = l.code
)
INSERT INTO territoires_commune AS c (
  code, nom, cle_nom, departement_id, epci_id, parente_id, a_arrondissements,
  population, position, est_exacte
)
SELECT code, nom, cle_nom, departement, epci, parente, a_arrondissements,
  population, position, est_exacte FROM lues
ON CONFLICT (code) DO UPDATE SET
  nom = excluded.nom, cle_nom = excluded.cle_nom, departement_id = excluded.departement_id,
  epci_id = excluded.epci_id, parente_id = excluded.parente_id,
  a_arrondissements = excluded.a_arrondissements, population = excluded.population,
  position = excluded.position, est_exacte = excluded.est_exacte
WHERE (c.nom, c.cle_nom, c.departement_id, c.epci_id, c.parente_id, c.a_arrondissements, c.population,
       c.position::geometry, c.est_exacte)
  IS DISTINCT FROM (excluded.nom, excluded.cle_nom, excluded.departement_id, excluded.epci_id,
       excluded.parente_id, excluded.a_arrondissements, excluded.population,
       excluded.position::geometry, excluded.est_exacte);

DELETE FROM territoires_codepostal p
WHERE NOT EXISTS (SELECT FROM lu_code_postal l WHERE (l.code, l.commune) = (p.code, p.commune_id));
INSERT INTO territoires_codepostal (code, commune_id) SELECT code, commune FROM lu_code_postal
ON CONFLICT (code, commune_id) DO NOTHING;
"""


class GeographieIllisible(ErreurMetier):
    """The archive is missing, damaged, or contradicts itself; nothing was loaded."""


@dataclass(frozen=True, slots=True)
class Chargement:
    """What a loading did. `est_deja_fait`: the same file was loaded before, nothing was read.

    `gardees` are communes that exist no more, kept because companies are there.
    """

    communes: int = 0
    gardees: tuple[str, ...] = ()
    est_deja_fait: bool = False


def charger_geographie(*, archive: Path = ARCHIVE, dire: Dire = lambda _: None) -> Chargement:
    """Bring regions, départements, EPCI, communes and postal codes to what the file says, or change nothing.

    `Commune.territoire` is recomputed. `dire` receives progress in French.
    Raises `GeographieIllisible`.
    """
    try:
        empreinte = hashlib.sha256(VERSION.encode() + archive.read_bytes()).hexdigest()
        with zipfile.ZipFile(archive) as fichiers:
            return _charger(fichiers, empreinte, dire)
    except ABIMEE as erreur:
        raise GeographieIllisible(
            f"Le fichier de géographie «\u00a0{archive.name}\u00a0» est absent ou abîmé\u00a0: "
            "rien n’a été chargé."
        ) from erreur


@transaction.atomic
def _charger(fichiers: zipfile.ZipFile, empreinte: str, dire: Dire) -> Chargement:
    verrouiller_geographie()
    if SourceChargee.objects.filter(nom=SOURCE, empreinte=empreinte).exists():
        return Chargement(est_deja_fait=True)
    dire("Lecture du fichier…")
    communes = _lire(fichiers, "communes")
    _deposer(fichiers, communes)
    dire(f"Mise à jour de {len(communes)} communes…")
    with connection.cursor() as curseur:
        curseur.execute(_REPORTER)
        # A late foreign key would be refused at commit, outside our `except`.
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET CONSTRAINTS ALL DEFERRED")
    gardees = _retirer_disparues()
    dire("Rattachement aux territoires…")
    appliquer_perimetres()
    with connection.cursor() as curseur:
        # Without statistics the first searches after a loading scan the whole table.
        curseur.execute("ANALYZE territoires_commune, territoires_codepostal")
        curseur.execute(_RANGER)
    SourceChargee.objects.update_or_create(nom=SOURCE, defaults={"empreinte": empreinte})
    return Chargement(communes=len(communes), gardees=gardees)


def _deposer(fichiers: zipfile.ZipFile, communes: list[Ligne]) -> None:
    with connection.cursor() as curseur:
        curseur.execute(_PREPARER)
    _copier("lu_region", ((r["code"], r["nom"]) for r in _lire(fichiers, "regions")))
    _copier("lu_departement", ((d["code"], d["nom"], d["region"]) for d in _lire(fichiers, "departements")))
    _copier("lu_epci", ((e["code"], e["nom"]) for e in _lire(fichiers, "epci")))
    _copier("lu_commune", map(_commune, communes))
    _copier("lu_code_postal", _codes_postaux(communes))


def _lire(fichiers: zipfile.ZipFile, nom: str) -> list[Ligne]:
    with fichiers.open(f"{nom}.csv") as flux:
        lignes = list(csv.DictReader(io.TextIOWrapper(flux, "utf-8", newline="")))
    for ligne in lignes:
        ligne["nom"] = ligne["nom"].replace("'", "’")  # as the rest of the site is written
    return lignes


def _commune(ligne: Ligne) -> tuple[object, ...]:
    return (
        ligne["code"],
        ligne["nom"],
        cle_de_nom(ligne["nom"]),
        ligne["departement"],
        ligne["epci"] or None,
        int(ligne["population"]),
        float(ligne["lon"]),
        float(ligne["lat"]),
        ligne["exacte"] == "1",
        ligne["parente"] or None,
    )


def _codes_postaux(communes: Iterable[Ligne]) -> Iterator[tuple[object, ...]]:
    return ((code, c["code"]) for c in communes for code in set(c["codes_postaux"].split()))


def _copier(table: str, lignes: Iterable[tuple[object, ...]]) -> None:
    copier = f"COPY {table} FROM STDIN"
    with connection.cursor() as curseur, connection.wrap_database_errors, curseur.copy(copier) as copie:
        for ligne in lignes:
            copie.write_row(ligne)


def _retirer_disparues() -> tuple[str, ...]:
    """Delete the communes merged away; one where a company is stays, without its postal codes."""
    gardees = []
    with connection.cursor() as curseur:
        curseur.execute("SELECT code FROM territoires_commune EXCEPT SELECT code FROM lu_commune")
        disparues = [code for (code,) in curseur]
    for commune in Commune.objects.filter(code__in=disparues).order_by("code"):
        try:
            with transaction.atomic():
                commune.delete()
        except ProtectedError:
            gardees.append(str(commune))
    Epci.objects.filter(commune=None, territoire=None).delete()
    return tuple(gardees)
