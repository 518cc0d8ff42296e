"""Open territoires and say which communes are theirs."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, TypeVar

from django.db import connection, models, transaction

from echange.socle.erreurs import ErreurMetier
from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from territoires.evenements import TerritoireFerme, TerritoireOuvert, TerritoireReuni
from territoires.models import Commune, Departement, Epci, Territoire
from territoires.perimetre import Perimetre

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
        raise PerimetreRefuse(f"Le territoire «\u00a0{code}\u00a0» existe déjà.")
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
    emettre(TerritoireOuvert(territoire.pk))
    return territoire


@transaction.atomic
def fermer_territoire(*, territoire: Territoire) -> bool:
    """Give its communes back; say whether it was open. Everything it named stays named, to open it again."""
    verrouiller_geographie()
    ouvert = Territoire.objects.ouverts().filter(pk=territoire.pk)
    if not ouvert.update(est_ouvert=False, ferme_le=maintenant()):
        return False
    appliquer_perimetres()
    emettre(TerritoireFerme(territoire.pk))
    return True


@transaction.atomic
def rouvrir_territoire(*, territoire: Territoire) -> bool:
    """Take its communes again; say whether it was closed.

    Raises `PerimetreRefuse` when another open territoire has some of them by now, or when it was merged.
    """
    verrouiller_geographie()
    ferme = Territoire.objects.select_for_update().get(pk=territoire.pk)
    if ferme.est_ouvert:
        return False
    if ferme.rejoint_id is not None:
        raise PerimetreRefuse("Ce territoire a été réuni à un autre\u00a0: il ne peut plus être rouvert.")
    refuser_le_recouvrement(Perimetre.de(ferme), sauf=ferme)
    Territoire.objects.filter(pk=ferme.pk).update(est_ouvert=True, ferme_le=None)
    appliquer_perimetres()
    emettre(TerritoireOuvert(ferme.pk))
    return True


@transaction.atomic
def reunir_territoires(*, source: Territoire, cible: Territoire) -> None:
    """Close `source` for good and give its places to `cible`. Raises `PerimetreRefuse` if one is closed."""
    verrouiller_geographie()
    if source.pk == cible.pk:
        raise PerimetreRefuse("Choisissez un autre territoire.")
    if Territoire.objects.ouverts().filter(pk__in=[source.pk, cible.pk]).count() != 2:
        raise PerimetreRefuse("Les deux territoires doivent être ouverts.")
    cible.departements.add(*source.departements.all())
    cible.epcis.add(*source.epcis.all())
    cible.communes_propres.add(*source.communes_propres.all())
    Territoire.objects.filter(pk=source.pk).update(est_ouvert=False, ferme_le=maintenant(), rejoint=cible)
    appliquer_perimetres()
    emettre(TerritoireReuni(source.pk, cible.pk))


def refuser_le_recouvrement(perimetre: Perimetre, *, sauf: Territoire | None = None) -> None:
    """Raise `PerimetreRefuse`, in a sentence, when an open territoire holds some of these communes."""
    if deja := perimetre.deja_animees(sauf=sauf):
        raise PerimetreRefuse(dire_le_recouvrement(deja))


def dire_le_recouvrement(deja: Collection[tuple[str, int]]) -> str:
    """« 12 communes sont déjà celles de « Loire-Atlantique ». … », from `Perimetre.deja_animees`."""
    suites = [
        f"{nombre} {'communes sont déjà celles' if nombre > 1 else 'commune est déjà celle'} "
        f"de «\u00a0{nom}\u00a0»"
        for nom, nombre in deja
    ]
    return (
        f"{' et '.join(suites)}. Une commune n’a qu’un territoire\u00a0: choisissez-en d’autres, "
        "ou réunissez les deux territoires."
    )


def _libres(lieux: models.QuerySet[M], codes: Collection[str], relation: str) -> list[M]:
    """Return the places of these codes; each must exist and be in no other open perimeter."""
    trouves = list(lieux.filter(pk__in=codes).order_by("pk"))
    if inconnus := sorted(set(codes) - {str(lieu.pk) for lieu in trouves}):
        raise PerimetreRefuse(f"Code inconnu\u00a0: {', '.join(inconnus)}.")
    deja = Territoire.objects.ouverts().filter(**{f"{relation}__in": trouves}).first()
    if deja:
        raise PerimetreRefuse(
            f"Une partie de ce périmètre est déjà celle du territoire «\u00a0{deja}\u00a0»."
        )
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
