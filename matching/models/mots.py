"""Words that the tree does not know yet, and what owners taught it by choosing.

A référent reads the first, machines replay the second: neither names a person or a company, texts are
stripped of addresses and numbers before they are kept, and forgotten after `CONSERVATION`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from echange.socle.models import Horodate, Identifie
from matching.models.annonces import TEXTE_MAX
from matching.models.competences import Competence, Theme
from profils.models import Entreprise, Secteur, Utilisateur
from territoires.models import Territoire

CONSERVATION = timedelta(days=365)  # said to owners in docs/competences.md
SEUIL_SEMBLABLE = 0.45  # trigram similarity of two sets of words: « caisse tactile », « ma caisse tactile »


class Genre(models.TextChoices):
    """Which half of the pair the words speak of."""

    BESOIN = "besoin", "Besoin"
    SAVOIR_FAIRE = "savoir-faire", "Savoir-faire"


class EtatMot(models.TextChoices):
    EN_ATTENTE = "attente", "À traiter"
    COMPRIS = "compris", "Compris"
    ECARTE = "ecarte", "Écarté"


class MotManquantQuerySet(models.QuerySet["MotManquant"]):
    def en_attente(self) -> Self:
        return self.filter(etat=EtatMot.EN_ATTENTE)

    def semblables_a(self, mot: MotManquant) -> Self:
        """Others that wait and say nearly the same, nearest first."""
        similitude = TrigramSimilarity("cle", mot.cle)
        proches = self.en_attente().filter(cle__trigram_similar=mot.cle).exclude(pk=mot.pk)
        return proches.filter(GreaterThanOrEqual(similitude, SEUIL_SEMBLABLE)).order_by(
            similitude.desc(), "pk"
        )

    def avec_semblables(self) -> Self:
        """Annotate `semblables`: how many others wait and say nearly the same."""
        proches = MotManquant.objects.en_attente().filter(cle__trigram_similar=OuterRef("cle"))
        similitude = TrigramSimilarity("cle", OuterRef("cle"))  # type: ignore[arg-type]  # any expression does
        proches = proches.exclude(pk=OuterRef("pk")).order_by()
        comptes = proches.filter(GreaterThanOrEqual(similitude, SEUIL_SEMBLABLE)).values("etat")
        nombre = comptes.annotate(nombre=Count("pk")).values("nombre")
        return self.annotate(semblables=Coalesce(Subquery(nombre), 0))


class MotManquant(Identifie, Horodate):
    """An owner's words for which none of the suggestions was right.

    `cle`: its words without accents nor empty words, to find those that say the same. `piste`: what the
    owner ended up choosing in the list. `competence`: where a référent attached them.
    """

    texte = models.CharField("texte", max_length=TEXTE_MAX)
    cle = models.CharField("mots", max_length=TEXTE_MAX)
    genre = models.CharField("genre", max_length=12, choices=Genre)
    secteur = models.ForeignKey(Secteur, models.SET_NULL, null=True, related_name="+")
    territoire = models.ForeignKey(Territoire, models.SET_NULL, null=True, related_name="+")
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, verbose_name="thème probable", related_name="+"
    )
    piste = models.ForeignKey(Competence, models.PROTECT, null=True, related_name="+")
    etat = models.CharField("état", max_length=8, choices=EtatMot, default=EtatMot.EN_ATTENTE)
    competence = models.ForeignKey(Competence, models.PROTECT, null=True, related_name="+")
    motif = models.CharField("motif", max_length=300, blank=True)
    traite_par = models.ForeignKey(Utilisateur, models.SET_NULL, null=True, related_name="+")
    traite_le = models.DateTimeField("traité le", null=True, blank=True)

    objects = MotManquantQuerySet.as_manager()

    class Meta:
        verbose_name = "mot manquant"
        verbose_name_plural = "mots manquants"
        indexes = [
            GinIndex(fields=["cle"], opclasses=["gin_trgm_ops"], name="mot_cle_trigrammes"),
            models.Index(fields=["etat", "-cree_le"], name="mot_etat_recents"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(texte=""), name="mot_texte_present"),
            models.CheckConstraint(
                condition=Q(etat="attente", traite_le__isnull=True)
                | Q(etat="compris", traite_le__isnull=False, competence__isnull=False)
                | (Q(etat="ecarte", traite_le__isnull=False) & ~Q(motif="")),
                name="mot_traite_dit_comment",
            ),
        ]

    def __str__(self) -> str:
        return self.texte


class AttenteQuerySet(models.QuerySet["Attente"]):
    def de_entreprise(self, entreprise: Entreprise) -> Self:
        return self.filter(entreprise=entreprise)

    def detaillees(self) -> Self:
        return self.select_related("mot__competence__remplacee_par")


class Attente(Identifie, Horodate):
    """A listing that waits for a word: what its owner wrote, kept until a référent answers.

    `reglages` are the other answers of the form, by field.
    """

    mot = models.ForeignKey(MotManquant, models.CASCADE, related_name="attentes")
    entreprise = models.ForeignKey(Entreprise, models.CASCADE, related_name="attentes")
    utilisateur = models.ForeignKey(Utilisateur, models.CASCADE, related_name="attentes")
    genre = models.CharField("genre", max_length=12, choices=Genre)
    texte = models.TextField("texte", max_length=TEXTE_MAX)
    reglages = models.JSONField("réglages", default=dict)

    objects = AttenteQuerySet.as_manager()

    class Meta:
        verbose_name = "annonce en attente d’un mot"
        verbose_name_plural = "annonces en attente d’un mot"
        constraints = [
            models.UniqueConstraint(fields=["entreprise", "genre", "texte"], name="attente_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.entreprise} · {self.get_genre_display()}"


class OrigineChoix(models.TextChoices):
    PUBLICATION = "publication", "Publication"
    MODIFICATION = "modification", "Modification"
    CORRECTION = "correction", "Correction"


class ChoixQuerySet(models.QuerySet["ChoixCompetence"]):
    def chiffres(self) -> dict[str, int]:
        """Count what owners chose: `total`, `premiere` suggestion, among the `trois`, `ailleurs`."""
        publies = self.filter(origine=OrigineChoix.PUBLICATION)
        return publies.aggregate(
            total=Count("pk"),
            premiere=Count("pk", filter=Q(rang=1)),
            trois=Count("pk", filter=Q(rang__lte=3)),
            ailleurs=Count("pk", filter=Q(rang__isnull=True)),
        )


class ChoixCompetence(models.Model):
    """These words were meant as this compétence: what owners choose, what référents correct.

    `proposees` are the codes then suggested, best first; `rang` (from 1) is where the chosen one was, None
    when it was found elsewhere. The day alone is kept, and nothing says whose words they are.
    """

    jour = models.DateField("jour")
    texte = models.CharField("texte", max_length=TEXTE_MAX)
    genre = models.CharField("genre", max_length=12, choices=Genre)
    origine = models.CharField("origine", max_length=12, choices=OrigineChoix)
    proposees = ArrayField(models.CharField(max_length=50), verbose_name="proposées", default=list)
    choisie = models.ForeignKey(Competence, models.PROTECT, verbose_name="choisie", related_name="+")
    rang = models.PositiveSmallIntegerField("rang", null=True)

    objects = ChoixQuerySet.as_manager()

    class Meta:
        verbose_name = "choix d’une compétence"
        verbose_name_plural = "choix de compétences"
        indexes = [models.Index(fields=["jour"], name="choix_jour")]

    def __str__(self) -> str:
        return f"{self.jour:%d/%m/%Y} {self.choisie_id}"
