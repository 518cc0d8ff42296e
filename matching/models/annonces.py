"""Besoins and savoir-faire: two tables of one shape, an `Annonce`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import Distance, GeometryDistance
from django.contrib.gis.geos import Point
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Count, F, Q

from echange.socle.horloge import maintenant
from echange.socle.models import Horodate, Identifie
from matching.choix import MODALITES_PAR_DEFAUT, TOUS_LES_CRENEAUX, TOUTES_LES_MODALITES, Duree, Niveau, Rayon
from matching.models.competences import Competence
from profils.models import Entreprise, Utilisateur
from territoires.models import Commune

# A savoir-faire that its company keeps on line for good: an instant, so that each rule stays a comparison.
SANS_LIMITE = datetime(9999, 1, 1, tzinfo=UTC)

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

TEXTE_MAX = 600  # characters: a phone screen of plain words


class StatutAnnonce(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    PUBLIEE = "publiee", "Publiée"
    EN_PAUSE = "en_pause", "En pause"
    RETIREE = "retiree", "Retirée"
    MASQUEE = "masquee", "Masquée par l’animation"


# Off line for good, or by moderation: what was proposed with it cannot be agreed any more.
STATUTS_FINIS = (StatutAnnonce.RETIREE, StatutAnnonce.MASQUEE)

# An échange under way holds one place of each listing it uses until it ends.
COMPTE_PROMESSES = Count("apports", filter=Q(apports__echange__statut="en_cours"))


class AnnonceQuerySet(models.QuerySet[Any]):
    def publiees(self) -> Self:
        """Listings that take part in matching now: published, not expired, company active."""
        return self.filter(
            statut=StatutAnnonce.PUBLIEE,
            expire_le__gt=maintenant(),
            entreprise__est_en_pause=False,
            entreprise__est_suspendue=False,
        )

    def disponibles(self) -> Self:
        """Listings with room left: fewer accepted échanges than their capacity."""
        return self.annotate(promesses=COMPTE_PROMESSES).filter(promesses__lt=F("capacite"))

    def completes_parmi(self, cles: Collection[int]) -> set[int]:
        """Among these primary keys, those with no room left."""
        pleines = self.filter(pk__in=cles, apports__echange__statut="en_cours")
        pleines = pleines.annotate(promesses=COMPTE_PROMESSES).filter(promesses__gte=F("capacite"))
        return set(pleines.values_list("pk", flat=True))

    def de_entreprise(self, entreprise: Entreprise) -> Self:
        return self.filter(entreprise=entreprise)

    def du_ressort_de(self, utilisateur: Utilisateur) -> Self:
        """Listings that this person animates."""
        if utilisateur.est_referent:
            return self
        return self.filter(commune__territoire__animateurs__utilisateur=utilisateur)

    def avec_distance(self, point: Point) -> Self:
        """Annotate `distance` (`Distance`, metres) to a point in WGS 84."""
        return self.annotate(distance=Distance("position", point))

    def plus_proches(self, point: Point, competence: str, limite: int) -> Self:
        """The `limite` nearest published listings of one compétence, nearest first.

        Index-ordered KNN on the compound (compétence, position) index: 1–8 ms where
        `ST_DWithin … ORDER BY distance` takes 700 ms in the busiest hub (see docs/adr). The order is the
        index's (on the sphere); exact distances are annotated for display.
        """
        return (
            self.publiees()
            .filter(competence_id=competence)
            .avec_distance(point)
            .order_by(GeometryDistance("position", point))[:limite]
        )

    def autour(self, point: Point, competences: Collection[str], limite: int) -> Self:
        """Nearest published listings of several compétences: one KNN walk each, then united."""
        listes = [self.plus_proches(point, code, limite) for code in competences]
        if not listes:
            return self.none()
        return listes[0].union(*listes[1:], all=True) if len(listes) > 1 else listes[0]


class Annonce(Identifie, Horodate):
    """What a company asks or offers.

    `position` is the company's public (blurred) position: matching never reads the exact one, so no
    distance shown can give it away. It is copied here because the compound index needs it in this table.
    """

    entreprise = models.ForeignKey(Entreprise, models.CASCADE, verbose_name="entreprise")
    competence = models.ForeignKey(Competence, models.PROTECT, verbose_name="compétence")
    competence_lue = models.ForeignKey(
        Competence,
        models.SET_NULL,
        verbose_name="compétence lue dans ses mots",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Quand ce n’est ni celle choisie ni une voisine.",
    )
    texte = models.TextField("avec vos mots", max_length=TEXTE_MAX)
    modalites = models.PositiveSmallIntegerField("comment", default=MODALITES_PAR_DEFAUT)
    rayon_km = models.PositiveSmallIntegerField("jusqu’où (km)", choices=Rayon, default=Rayon.MOYEN)
    creneaux = models.PositiveIntegerField("quand", default=0, help_text="0\u00a0: peu importe.")
    duree_minutes = models.PositiveSmallIntegerField("durée", choices=Duree, default=Duree.SOIXANTE)
    niveau = models.PositiveSmallIntegerField("niveau", choices=Niveau, default=Niveau.DEBUTANT)
    capacite = models.PositiveSmallIntegerField("échanges à la fois", default=1)
    commune = models.ForeignKey(Commune, models.PROTECT, verbose_name="commune")
    position = PointField("position publique", geography=True, srid=4326, spatial_index=False)
    statut = models.CharField("statut", max_length=10, choices=StatutAnnonce, default=StatutAnnonce.BROUILLON)
    publie_le = models.DateTimeField("publiée le", null=True, blank=True)
    expire_le = models.DateTimeField("expire le", null=True, blank=True)
    rappels = models.PositiveSmallIntegerField(
        "rappels envoyés", default=0, help_text="Depuis la dernière mise en ligne."
    )

    journal: RelatedManager[JournalAnnonce]  # of each of the two tables

    objects = AnnonceQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            GistIndex(
                fields=["competence", "position"],
                condition=Q(statut="publiee"),
                name="%(class)s_competence_position",
            ),
            GistIndex(
                fields=["competence_lue", "position"],
                condition=Q(statut="publiee", competence_lue__isnull=False),
                name="%(class)s_lue_position",
            ),
            # « In the commune OR within the distance »: those of the commune that the distance leaves out.
            models.Index(
                fields=["competence", "commune"],
                condition=Q(statut="publiee"),
                name="%(class)s_competence_commune",
            ),
            models.Index(
                fields=["competence_lue", "commune"],
                condition=Q(statut="publiee", competence_lue__isnull=False),
                name="%(class)s_lue_commune",
            ),
            models.Index(fields=["commune", "-publie_le"], name="%(class)s_commune_recentes"),
            # The words of the site's search: the query must name this very expression.
            GinIndex(
                SearchVector("texte", config="francais"), condition=Q(statut="publiee"), name="%(class)s_mots"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(texte=""), name="%(class)s_texte_present"),
            models.CheckConstraint(
                condition=Q(modalites__gte=1, modalites__lte=TOUTES_LES_MODALITES),
                name="%(class)s_modalites_connues",
            ),
            models.CheckConstraint(
                condition=Q(creneaux__lte=TOUS_LES_CRENEAUX), name="%(class)s_creneaux_connus"
            ),
            models.CheckConstraint(
                condition=Q(rayon_km__gte=1, rayon_km__lte=50), name="%(class)s_rayon_raisonnable"
            ),
            models.CheckConstraint(
                condition=~Q(statut="publiee") | Q(publie_le__isnull=False, expire_le__gt=F("publie_le")),
                name="%(class)s_publiee_datee",
            ),
            models.CheckConstraint(
                condition=Q(capacite__gte=1, capacite__lte=5), name="%(class)s_capacite_raisonnable"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competence} — {self.entreprise}"

    @property
    def est_visible(self) -> bool:
        """Published and not expired (the company's own pause aside)."""
        return self.statut == StatutAnnonce.PUBLIEE and bool(self.expire_le and self.expire_le > maintenant())

    @property
    def est_sans_limite(self) -> bool:
        return self.expire_le == SANS_LIMITE

    @property
    def est_besoin(self) -> bool:
        return isinstance(self, Besoin)


class Besoin(Annonce):
    """What a company wants to learn."""

    class Meta(Annonce.Meta):
        verbose_name = "besoin"
        default_related_name = "besoins"
        constraints = [
            *Annonce.Meta.constraints,
            # A need that nobody confirms any more is a ghost: it always ends.
            models.CheckConstraint(
                condition=Q(expire_le__isnull=True) | Q(expire_le__lt=SANS_LIMITE), name="besoin_avec_limite"
            ),
        ]


class SavoirFaire(Annonce):
    """What a company can show someone else."""

    class Meta(Annonce.Meta):
        verbose_name = "savoir-faire"
        verbose_name_plural = "savoir-faire"
        default_related_name = "savoir_faire"


class JournalAnnonce(models.Model):
    """Who changed the state of which listing, when and why: written with the change, never updated."""

    besoin = models.ForeignKey(Besoin, models.CASCADE, null=True, related_name="journal")
    savoir_faire = models.ForeignKey(SavoirFaire, models.CASCADE, null=True, related_name="journal")
    statut = models.CharField("nouveau statut", max_length=10, choices=StatutAnnonce)
    motif = models.CharField("motif", max_length=300, blank=True)
    par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    le = models.DateTimeField("le", default=maintenant)

    class Meta:
        verbose_name = "journal d’annonce"
        ordering = ["le"]
        constraints = [
            models.CheckConstraint(
                condition=Q(besoin__isnull=True) ^ Q(savoir_faire__isnull=True),
                name="journal_annonce_une_annonce",
            )
        ]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.get_statut_display()}"
