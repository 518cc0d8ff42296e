"""The tree: themes and their compétences, in the words of owners."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Theme(models.Model):
    code = models.SlugField("identifiant", primary_key=True)
    titre = models.CharField("titre", max_length=80)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "thème"
        ordering = ["ordre"]

    def __str__(self) -> str:
        return self.titre


class Competence(models.Model):
    """A leaf of the tree. Its text code is its key: GiST equality is exact on types (docs/adr)."""

    code = models.SlugField("identifiant", primary_key=True)
    theme = models.ForeignKey(Theme, models.PROTECT, verbose_name="thème", related_name="competences")
    titre = models.CharField("titre", max_length=80)
    phrase = models.CharField("phrase qui aide à choisir", max_length=200)
    est_metier = models.BooleanField(
        "savoir-faire de métier", default=False, help_text="Hors du numérique : ce qu’un métier sait faire."
    )
    dits = ArrayField(
        models.CharField(max_length=120), verbose_name="ce que disent les dirigeants", default=list
    )
    jargon = ArrayField(
        models.CharField(max_length=80), verbose_name="mots techniques et marques", default=list
    )
    voisines = models.ManyToManyField("self", verbose_name="compétences voisines", blank=True)
    ordre = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "compétence"
        ordering = ["theme__ordre", "ordre"]

    def __str__(self) -> str:
        return self.titre
