"""Geography: regions, départements, EPCI, communes and the territoires that gather them."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.gis.db.models import PointField
from django.contrib.gis.geos import Polygon
from django.contrib.postgres.indexes import GistIndex, OpClass
from django.contrib.postgres.search import TrigramDistance, TrigramSimilarity
from django.db import models
from django.db.models import Case, Exists, F, Q, Value, When
from django.db.models.functions import Cast, Greatest, Ln, Upper

from territoires.recherche import Demande, lire_demande

SEUIL_FAUTE = 0.3  # trigram similarity: « renes » finds Rennes, « x » finds nothing
PROPOSEES = 8  # what fits above a phone's keyboard
TOUTES = 60  # more than one postal code, or one name, has communes
CANDIDATES = 20  # names compared in detail, twice: by their beginning, by their resemblance


class Region(models.Model):
    code = models.CharField("code INSEE", max_length=3, primary_key=True)
    nom = models.CharField("nom", max_length=100)

    class Meta:
        verbose_name = "région"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


class Departement(models.Model):
    code = models.CharField("code INSEE", max_length=3, primary_key=True)
    nom = models.CharField("nom", max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="région", related_name="departements")

    class Meta:
        verbose_name = "département"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"


class Epci(models.Model):
    code = models.CharField("SIREN", max_length=9, primary_key=True)
    nom = models.CharField("nom", max_length=200)

    class Meta:
        verbose_name = "intercommunalité"
        ordering = ["nom"]

    def __str__(self) -> str:
        return self.nom


def _candidates(
    ou: CommuneQuerySet, demande: Demande, debute: Q, est_exacte: Q, rang: Case
) -> models.QuerySet[Commune, Any]:
    """The few codes worth comparing, each kind found by its own index."""
    debuts = ou.filter(debute).order_by(rang, "-population").values("code")[:CANDIDATES]
    # Who typed a whole name rightly made no typo, and two letters resemble everything.
    fautes = ou.filter(~Exists(ou.filter(est_exacte)), Value(len(demande.nom) > 2))
    # Walking the nearest names of France until 20 are of one département costs more than comparing its own.
    distance = TrigramDistance(F("cle_nom") if demande.lieu else Upper("cle_nom"), demande.nom)
    return debuts.union(fautes.order_by(distance).values("code")[:CANDIDATES])


class CommuneQuerySet(models.QuerySet["Commune"]):
    def choisissables(self) -> Self:
        """Without Paris, Lyon and Marseille as a whole: one chooses their arrondissement."""
        return self.filter(a_arrondissements=False)

    def seule_de_ce_nom(self, texte: str) -> Commune | None:
        """The commune whose very name was typed, and nothing else, when no other bears it.

        One query by an index; looking for what may have been meant takes a quarter of a page of search
        (profiled).
        """
        demande = lire_demande(texte)
        if not demande.nom or demande.lieu:
            return None
        exactes = self.choisissables().select_related("departement").filter(cle_nom__in=demande.noms)[:2]
        return exactes[0] if len(exactes) == 1 else None

    def proposer(self, texte: str) -> list[Commune]:
        """The communes to choose from: eight, or more when more are exactly what was asked.

        One postal code serves up to 46 communes; one city has up to 20 arrondissements.
        """
        trouvees = list(self.choisissables().select_related("departement").chercher(texte)[:TOUTES])
        tete = trouvees[0] if trouvees else None
        if tete and tete.parente_id and tete.rang:
            return sorted((c for c in trouvees if c.parente_id == tete.parente_id), key=lambda c: c.code)
        return trouvees[: max(PROPOSEES, sum(c.rang == 0 for c in trouvees))]

    def chercher(self, texte: str) -> Self:
        """Communes an owner may mean, likeliest first: name, first letters, a typo, or postal code.

        `lire_demande` says what may be typed. Annotates `rang`: 0 for the very name or postal code asked.
        """
        demande = lire_demande(texte)
        if demande.nom:
            return self._par_nom(demande)
        if demande.lieu and len(demande.lieu) <= 5:
            return self._par_lieu(demande)
        return self.none()

    def _par_lieu(self, demande: Demande) -> Self:
        codes = CodePostal.objects.filter(code__startswith=demande.lieu).values("commune_id")
        rang = Value(0 if len(demande.lieu) == 5 else 1)
        return self.filter(code__in=codes).annotate(rang=rang).order_by("-population", "code")

    def _par_nom(self, demande: Demande) -> Self:
        commence = Q(cle_nom__startswith=demande.nom)
        est_exacte = Q(cle_nom__in=demande.noms)
        ou = self
        if demande.lieu:
            # The département too: a Cedex code is in no list, and a wrong one should not hide the name.
            codes = CodePostal.objects.filter(code__startswith=demande.lieu).values("commune_id")
            ou = self.filter(Q(departement__in=demande.departements) | Q(code__in=codes))
            if len(demande.lieu) == 5:
                est_exacte |= commence & Q(code__in=codes)
        rang = Case(When(est_exacte, then=Value(0)), default=Value(1))
        # Of two namesakes the bigger is meant more often, of two misspellings the closer. These weights
        # were measured, see docs/territoires.md.
        ressemblance = TrigramSimilarity("cle_nom", demande.nom)
        proximite = ressemblance * 1.3
        lettres = Case(When(commence, then=Greatest(Value(0.95), proximite)), default=proximite)
        poids = lettres + Ln(F("population") + 1) * 0.04
        return (
            self.filter(code__in=_candidates(ou, demande, commence | est_exacte, est_exacte, rang))
            .annotate(rang=rang, ressemblance=ressemblance)
            .filter(commence | Q(ressemblance__gte=SEUIL_FAUTE))
            .order_by("rang", -poids, "code")
        )

    def dans_le_cadre(self, cadre: Polygon) -> Self:
        """Communes inside a map's frame (longitudes and latitudes), most populated first; cities undivided.

        A plane frame, as the map is: a geography's sides would bend, and fail beyond 180 degrees.
        """
        plane = Cast("position", PointField(srid=4326))
        return (
            self.filter(parente=None)
            .alias(plane=plane)
            .filter(plane__contained=cadre)
            .order_by("-population")
        )


class Commune(models.Model):
    """A commune, or an arrondissement of Paris, Lyon or Marseille (then `parente` is the city)."""

    code = models.CharField("code INSEE", max_length=5, primary_key=True)
    nom = models.CharField("nom", max_length=100)
    cle_nom = models.CharField("nom pour la recherche", max_length=100)
    departement = models.ForeignKey(Departement, models.PROTECT, verbose_name="département")
    epci = models.ForeignKey(Epci, models.SET_NULL, verbose_name="intercommunalité", null=True, blank=True)
    parente = models.ForeignKey(
        "self", models.PROTECT, verbose_name="ville", null=True, blank=True, related_name="arrondissements"
    )
    a_arrondissements = models.BooleanField("divisée en arrondissements", default=False)
    population = models.PositiveIntegerField("population", default=0)
    position = PointField("centre", geography=True, srid=4326)
    est_exacte = models.BooleanField(
        "centre exact", default=False, help_text="Sinon le centre est estimé d’après les communes voisines."
    )
    territoire = models.ForeignKey(
        "Territoire",
        models.SET_NULL,
        verbose_name="territoire animé",
        null=True,
        blank=True,
        related_name="communes",
        help_text="Calculé d’après les périmètres\u00a0; une commune n’est que d’un territoire.",
    )

    rang: int  # annotated by `chercher`

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        ordering = ["nom"]
        indexes = [
            # GiST, not GIN: it answers « the nearest names » in order; for a common word (4 500 names hold
            # « saint ») GIN's plan fell to a whole scan, 100 ms. `Upper` changes nothing for trigrams, but on
            # the bare column the planner took this index, slower, for equality and first letters too.
            GistIndex(
                OpClass(Upper("cle_nom"), name="gist_trgm_ops(siglen=64)"), name="commune_cle_nom_proche"
            ),
            models.Index(OpClass("cle_nom", name="text_pattern_ops"), name="commune_cle_nom_debut"),
            GistIndex(Cast("position", PointField(srid=4326)), name="commune_position_plane"),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.departement_id})"


class CodePostal(models.Model):
    """A postal code serves several communes, and a city has several."""

    code = models.CharField("code postal", max_length=5)
    commune = models.ForeignKey(Commune, models.CASCADE, related_name="codes_postaux")

    class Meta:
        verbose_name = "code postal"
        verbose_name_plural = "codes postaux"
        constraints = [models.UniqueConstraint(fields=["code", "commune"], name="code_postal_unique")]
        indexes = [models.Index(OpClass("code", name="varchar_pattern_ops"), name="code_postal_debut")]

    def __str__(self) -> str:
        return self.code


class TerritoireQuerySet(models.QuerySet["Territoire"]):
    def ouverts(self) -> Self:
        return self.filter(est_ouvert=True)


class Territoire(models.Model):
    """The perimeter of one local community: départements, EPCI, communes, the finest winning."""

    code = models.SlugField("identifiant", unique=True)
    nom = models.CharField("nom", max_length=100)
    departements = models.ManyToManyField(Departement, verbose_name="départements", blank=True)
    epcis = models.ManyToManyField(Epci, verbose_name="intercommunalités", blank=True)
    communes_propres = models.ManyToManyField(
        Commune, verbose_name="communes", blank=True, related_name="territoires_propres"
    )
    est_ouvert = models.BooleanField("ouvert", default=True)
    ferme_le = models.DateTimeField("fermé le", null=True, blank=True, editable=False)
    rejoint = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="réuni à",
        null=True,
        blank=True,
        editable=False,
        related_name="reunis",
        help_text="Le territoire qui a pris ses communes, son équipe et ses pages.",
    )

    objects = TerritoireQuerySet.as_manager()

    class Meta:
        verbose_name = "territoire"
        ordering = ["nom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(est_ouvert=False) | Q(ferme_le__isnull=True, rejoint__isnull=True),
                name="territoire_ouvert_ni_ferme_ni_reuni",
            ),
            models.CheckConstraint(condition=~Q(rejoint=F("pk")), name="territoire_reuni_a_un_autre"),
        ]

    def __str__(self) -> str:
        return self.nom


class SourceChargee(models.Model):
    """What was last loaded from a source, so that loading it again costs nothing.

    `geographie` holds the fingerprint of the file; `centres-35` says that the official API placed the
    communes of that département: a later file no longer moves them.
    """

    nom = models.CharField("source", max_length=50, primary_key=True)
    empreinte = models.CharField("empreinte", max_length=64, blank=True)
    chargee_le = models.DateTimeField("chargée le", auto_now=True)

    class Meta:
        verbose_name = "source chargée"
        verbose_name_plural = "sources chargées"

    def __str__(self) -> str:
        return self.nom
