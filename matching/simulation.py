"""A simulated market out of, and into, the database: never on the real site.

Its companies are told by their public identifier, which starts with `MARQUE`: no column of the schema is
there for tests alone, and a company renamed by whoever tries the site is still recognised.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import QuerySet

from echange.socle.erreurs import ErreurMetier
from echange.socle.horloge import maintenant
from matching.models import Besoin, Competence, Echange, SavoirFaire, StatutAnnonce
from matching.moteur.adequation_en_lot import Fiches
from matching.moteur.simulation import Arbre, Lieux, MarcheSimule
from matching.services.annonces import DUREE_DE_VIE
from profils.models import Entreprise, Secteur, Taille
from territoires.models import Commune

# RFC 9562 version 8: sixty-four bits of our own, then the number of the company.
MARQUE = 0x51A0_ACE0_51A0_8ACE << 64
VARIANTE = 1 << 63
LOT = 2_000  # rows written at a time

A = TypeVar("A", Besoin, SavoirFaire)


class SimulationRefusee(ErreurMetier):
    """The database is not one where a market may be simulated, or already holds one."""


def lieux_de(*, territoire: str = "", departement: str = "") -> Lieux:
    """Return the communes of a territoire, of a département, or of France.

    Raises `SimulationInvalide` when no inhabited commune is there.
    """
    communes = Commune.objects.choisissables()
    if territoire:
        communes = communes.filter(territoire__code=territoire)
    if departement:
        communes = communes.filter(departement_id=departement)
    lignes = communes.values_list("code", "population", "position")
    return Lieux.de((code, population, p.x, p.y) for code, population, p in lignes)


def arbre_par_frequence() -> Arbre:
    """Return the tree in the order Zipf's law reads it: digital before trade skills, the first leaf of each
    theme, then the second of each. Raises `SimulationInvalide` when it is not loaded."""
    codes = Competence.objects.order_by("est_metier", "ordre", "theme__ordre", "code")
    lien = Competence.voisines.through.objects
    return Arbre.de(
        list(codes.values_list("code", flat=True)),
        lien.values_list("from_competence_id", "to_competence_id"),
    )


def entreprises_simulees() -> QuerySet[Entreprise]:
    return Entreprise.objects.filter(uuid__range=(_identifiant(0), UUID(int=MARQUE + (1 << 64) - 1)))


def exiger_base_d_essai() -> None:
    """Raise `SimulationRefusee` on the real site."""
    if settings.MODE == "production":
        raise SimulationRefusee(
            "Un marché simulé ne se charge qu’en démonstration ou en test\u00a0: rien n’a changé."
        )


@transaction.atomic
def charger_marche(marche: MarcheSimule, *, remplacer: bool = False) -> int:
    """Write the companies and their published listings, without arêtes; return the key after which the
    besoins are new, for `aretes.reconstruire`.

    Raises `SimulationRefusee` on the real site, without trades, or when a market is already there (unless
    `remplacer`).
    """
    exiger_base_d_essai()
    _verrouiller()
    secteurs = list(Secteur.objects.order_by("code").values_list("code", flat=True))
    if not secteurs:
        raise SimulationRefusee(
            "Les métiers ne sont pas chargés\u00a0: lancez d’abord «\u00a0installer\u00a0»."
        )
    if entreprises_simulees().exists():
        if not remplacer:
            raise SimulationRefusee(
                "Un marché simulé est déjà là\u00a0: ajoutez --remplacer, ou retirez-le avec --retirer."
            )
        retirer_marche()
    derniere = Besoin.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Entreprise.objects.bulk_create(_entreprises(marche, secteurs), batch_size=LOT)
    cles = list(entreprises_simulees().order_by("uuid").values_list("pk", flat=True))
    Besoin.objects.bulk_create(_annonces(Besoin, marche.besoins, marche, cles), batch_size=LOT)
    SavoirFaire.objects.bulk_create(_annonces(SavoirFaire, marche.savoirs, marche, cles), batch_size=LOT)
    with connection.cursor() as curseur:
        # without statistics the rebuild's first queries would scan whole tables
        tables = (modele._meta.db_table for modele in (Entreprise, Besoin, SavoirFaire))
        curseur.execute(f"ANALYZE {', '.join(tables)}")
    return derniere


@transaction.atomic
def retirer_marche() -> int:
    """Delete the simulated companies, their listings and the échanges they were drawn into; say how many."""
    exiger_base_d_essai()
    simulees = entreprises_simulees()
    # listings are protected by the échanges that use them
    Echange.objects.filter(participations__entreprise__in=simulees).delete()
    supprimees: int = simulees.delete()[1].get(Entreprise._meta.label, 0)
    return supprimees


def _verrouiller() -> None:
    """Two loadings at once come one by one."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtext('marche simule'))")


def _identifiant(numero: int) -> UUID:
    return UUID(int=MARQUE | VARIANTE | numero)


def _entreprises(marche: MarcheSimule, secteurs: list[str]) -> Iterator[Entreprise]:
    places = zip(marche.commune.tolist(), marche.longitude.tolist(), marche.latitude.tolist(), strict=True)
    for numero, (commune, longitude, latitude) in enumerate(places):
        point = Point(longitude, latitude, srid=4326)
        yield Entreprise(
            uuid=_identifiant(numero),
            nom=f"Entreprise simulée {numero + 1}",
            est_en_creation=True,
            secteur_id=secteurs[numero % len(secteurs)],
            taille=Taille.SEUL,
            commune_id=marche.lieux.codes[commune],
            position=point,
            position_publique=point,
        )


def _annonces(modele: type[A], fiches: Fiches, marche: MarcheSimule, cles: list[int]) -> Iterator[A]:
    titres = dict(Competence.objects.values_list("code", "titre"))
    instant = maintenant()
    # Above the companies' numbers, so that the same seed gives the same addresses.
    base = (1 + issubclass(modele, SavoirFaire)) << 40
    for i in range(len(fiches)):
        competence = marche.arbre.codes[fiches.competence[i]]
        publie_le = instant + timedelta(days=float(fiches.publiee_j[i]))
        yield modele(
            uuid=_identifiant(base + i),
            entreprise_id=cles[fiches.entreprise[i]],
            competence_id=competence,
            texte=f"{titres[competence]} (annonce simulée)",
            modalites=int(fiches.modalites[i]),
            rayon_km=int(fiches.rayon_m[i]) // 1000,
            creneaux=int(fiches.creneaux[i]),
            niveau=int(fiches.niveau[i]),
            commune_id=marche.lieux.codes[fiches.commune[i]],
            position=Point(float(fiches.longitude[i]), float(fiches.latitude[i]), srid=4326),
            statut=StatutAnnonce.PUBLIEE,
            publie_le=publie_le,
            expire_le=publie_le + DUREE_DE_VIE[modele],
        )
