"""Open territoires and say which communes are theirs."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, TypeVar

from django.db import connection, models, transaction

from echange.socle.erreurs import ErreurMetier
from territoires.models import Commune, Departement, Epci, Territoire

_VERROU = 0x7E44170  # any number, the same for every writer of Commune.territoire

M = TypeVar("M", bound=models.Model)


class Pilote(NamedTuple):
    code: str
    nom: str
    departement: str


# The first four « communautés France Num » (CNR Numérique 2023, measure 1).
PILOTES = (
    Pilote("ille-et-vilaine", "Ille-et-Vilaine", "35"),
    Pilote("hauts-de-seine", "Hauts-de-Seine", "92"),
    Pilote("loire-atlantique", "Loire-Atlantique", "44"),
    Pilote("yvelines", "Yvelines", "78"),
)

# The finest perimeter wins: commune, its city (for an arrondissement), EPCI, département. Two open
# territoires can claim the same one only by a hand in the database: then the older keeps it.
_APPLIQUER = """
WITH ouverts AS (SELECT id FROM territoires_territoire WHERE est_ouvert),
propres AS (
  SELECT p.commune_id, min(o.id) AS id FROM territoires_territoire_communes_propres p
  JOIN ouverts o ON o.id = p.territoire_id GROUP BY p.commune_id
), epcis AS (
  SELECT p.epci_id, min(o.id) AS id FROM territoires_territoire_epcis p
  JOIN ouverts o ON o.id = p.territoire_id GROUP BY p.epci_id
), departements AS (
  SELECT p.departement_id, min(o.id) AS id FROM territoires_territoire_departements p
  JOIN ouverts o ON o.id = p.territoire_id GROUP BY p.departement_id
), voulus AS (
  SELECT c.code, coalesce(p.id, v.id, e.id, d.id) AS territoire_id FROM territoires_commune c
  LEFT JOIN propres p ON p.commune_id = c.code
  LEFT JOIN propres v ON v.commune_id = c.parente_id
  LEFT JOIN epcis e ON e.epci_id = c.epci_id
  LEFT JOIN departements d ON d.departement_id = c.departement_id
)
UPDATE territoires_commune c SET territoire_id = v.territoire_id FROM voulus v
WHERE v.code = c.code AND c.territoire_id IS DISTINCT FROM v.territoire_id
"""


class PerimetreRefuse(ErreurMetier):
    """The perimeter is empty, names an unknown place, or one that another open territoire animates."""


def verrouiller_geographie() -> None:
    """Queue the writers of `Commune.territoire` until the end of the transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s)", [_VERROU])


@transaction.atomic
def ouvrir_territoire(
    *,
    code: str,
    nom: str,
    departements: Collection[str] = (),
    epcis: Collection[str] = (),
    communes: Collection[str] = (),
) -> Territoire:
    """Create an open territoire from official codes and attach its communes.

    Raises `PerimetreRefuse`.
    """
    verrouiller_geographie()
    if Territoire.objects.filter(code=code).exists():
        raise PerimetreRefuse(f"Le territoire « {code} » existe déjà.")
    if not (departements or epcis or communes):
        raise PerimetreRefuse("Donnez au moins un département, une intercommunalité ou une commune.")
    perimetre = (
        _libres(Departement.objects.all(), departements, "departements"),
        _libres(Epci.objects.all(), epcis, "epcis"),
        _libres(Commune.objects.all(), communes, "communes_propres"),
    )
    territoire = Territoire.objects.create(code=code, nom=nom)
    territoire.departements.set(perimetre[0])
    territoire.epcis.set(perimetre[1])
    territoire.communes_propres.set(perimetre[2])
    appliquer_perimetres()
    return territoire


def _libres(lieux: models.QuerySet[M], codes: Collection[str], relation: str) -> list[M]:
    """Return the places of these codes; each must exist and be in no other open perimeter."""
    trouves = list(lieux.filter(pk__in=codes).order_by("pk"))
    if inconnus := sorted(set(codes) - {str(lieu.pk) for lieu in trouves}):
        raise PerimetreRefuse(f"Code inconnu\u00a0: {', '.join(inconnus)}.")
    deja = Territoire.objects.ouverts().filter(**{f"{relation}__in": trouves}).first()
    if deja:
        raise PerimetreRefuse(f"Une partie de ce périmètre est déjà celle du territoire « {deja} ».")
    return trouves


@transaction.atomic
def appliquer_perimetres() -> int:
    """Recompute `Commune.territoire`, of which this is the only writer; return how many communes changed."""
    verrouiller_geographie()
    with connection.cursor() as curseur:
        curseur.execute(_APPLIQUER)
        return int(curseur.rowcount)


@transaction.atomic
def ouvrir_pilotes() -> list[Territoire]:
    """Open the pilots that do not exist yet and return those; one renamed or closed since is left alone."""
    verrouiller_geographie()
    existants = set(Territoire.objects.values_list("code", flat=True))
    return [
        ouvrir_territoire(code=pilote.code, nom=pilote.nom, departements=[pilote.departement])
        for pilote in PILOTES
        if pilote.code not in existants
    ]
