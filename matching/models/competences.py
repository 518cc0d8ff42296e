"""The tree: themes and their compétences, in the words of owners."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

TITRE_MAX = 80  # characters
PHRASE_MAX = 200
DIT_MAX = 120
JARGON_MAX = 80


class Theme(models.Model):
    """A branch. `editee_le`: since it was reworded on line, the tree's file no longer changes it."""

    code = models.SlugField("identifiant", primary_key=True)
    titre = models.CharField("titre", max_length=TITRE_MAX)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    editee_le = models.DateTimeField("modifié en ligne le", null=True, blank=True)

    class Meta:
        verbose_name = "thème"
        ordering = ["ordre", "code"]

    def __str__(self) -> str:
        return self.titre


class CompetenceQuerySet(models.QuerySet["Competence"]):
    def choisissables(self) -> Self:
        """Those that may be suggested and chosen; a retired one lives on in its listings only."""
        return self.filter(est_retiree=False)

    def designee(self, code: str) -> Competence | None:
        """Return the compétence that this code names today, whatever it was merged into; None if unknown."""
        if "\x00" in code:
            return None
        trouvee = self.select_related("theme", "remplacee_par__theme").filter(pk=code).first()
        return (trouvee.remplacee_par or trouvee) if trouvee else None


class Competence(models.Model):
    """A leaf of the tree. Its text code is its key: GiST equality is exact on types (docs/adr).

    A code is never deleted nor given again. One merged or retired in favour of another keeps its row, whose
    `remplacee_par` is the redirection (always to one still in use: chains are shortened when written).
    `editee_le`: since it was edited on line, the tree's file no longer changes it.
    """

    code = models.SlugField("identifiant", primary_key=True)
    theme = models.ForeignKey(Theme, models.PROTECT, verbose_name="thème", related_name="competences")
    titre = models.CharField("titre", max_length=TITRE_MAX)
    phrase = models.CharField("phrase qui aide à choisir", max_length=PHRASE_MAX)
    est_metier = models.BooleanField(
        "savoir-faire de métier",
        default=False,
        help_text="Hors du numérique\u00a0: ce qu’un métier sait faire.",
    )
    dits = ArrayField(
        models.CharField(max_length=DIT_MAX), verbose_name="ce que disent les dirigeants", default=list
    )
    jargon = ArrayField(
        models.CharField(max_length=JARGON_MAX), verbose_name="mots techniques et marques", default=list
    )
    voisines = models.ManyToManyField("self", verbose_name="compétences voisines", blank=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)
    est_retiree = models.BooleanField("retirée", default=False)
    remplacee_par = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name="remplacée par",
        null=True,
        blank=True,
        related_name="remplacees",
    )
    editee_le = models.DateTimeField("modifiée en ligne le", null=True, blank=True)

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        verbose_name = "compétence"
        ordering = ["theme__ordre", "theme_id", "ordre", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(remplacee_par__isnull=True) | Q(est_retiree=True),
                name="competence_remplacee_est_retiree",
            ),
            models.CheckConstraint(
                condition=~Q(remplacee_par=F("code")), name="competence_remplacee_par_une_autre"
            ),
        ]

    def __str__(self) -> str:
        return self.titre
