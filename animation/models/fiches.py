"""Fiches: who and what helps, one page each, in the resources of the country or of a territoire."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from animation.models.guides import aujourd_hui
from animation.models.socle import TEXTE_SIMPLE, PageRedigee
from animation.panneaux import PanneauRelecture
from profils.models import Secteur
from territoires.models import Departement


class FicheDeRessource(PageRedigee):
    """What every fiche says; `faits` are the fields that are its own facts, in the order they are read."""

    accroche = models.CharField("en une phrase", max_length=200)
    secteurs = ParentalManyToManyField(
        Secteur, verbose_name="métiers", blank=True, help_text="Aucun\u00a0: la fiche vaut pour tous."
    )
    texte = RichTextField("texte", features=TEXTE_SIMPLE, blank=True)
    lien = models.URLField("site", blank=True)
    revu_le = models.DateField("vérifiée le", default=aujourd_hui)

    sorte: ClassVar[str] = ""
    faits: ClassVar[tuple[str, ...]] = ()
    search_fields: ClassVar[list[Any]] = [
        *PageRedigee.search_fields,
        index.SearchField("accroche"),
        index.SearchField("texte"),
    ]
    champs_relus: ClassVar[tuple[str, ...]] = ("accroche", "texte")
    parent_page_types: ClassVar[list[str]] = ["animation.RubriqueRessources"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    @property
    def genre(self) -> str:
        """Its kind, as readers call it."""
        return str(capfirst(self._meta.verbose_name))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        return contexte | {"mentions": self.mentions, "secteurs": list(self.secteurs.all())}

    @property
    def mentions(self) -> list[tuple[str, str]]:
        """The facts that are filled in, with their names."""
        valeurs = ((nom, getattr(self, nom)) for nom in self.faits)
        return [(str(self._meta.get_field(nom).verbose_name), _dire(nom, v)) for nom, v in valeurs if v]


def _dire(nom: str, valeur: Any) -> str:
    """In words; a number to call and an address to write to are touched on a phone."""
    if nom == "telephone":
        return format_html('<a href="tel:{}">{}</a>', re.sub(r"[^\d+]", "", valeur), valeur)
    if nom == "courriel":
        return format_html('<a href="mailto:{0}">{0}</a>', valeur)
    return date_format(valeur, "j F Y") if isinstance(valeur, date) else str(valeur)


def panneaux(*faits: str) -> list[Any]:
    """Panels of a fiche: what all have, and its own facts."""
    return [
        PanneauRelecture(),
        TitleFieldPanel("title", placeholder=False, classname=""),
        FieldPanel("accroche"),
        FieldPanel("secteurs", widget=forms.CheckboxSelectMultiple),
        MultiFieldPanel([FieldPanel(nom) for nom in faits], heading="En pratique"),
        FieldPanel("lien"),
        FieldPanel("texte"),
        FieldPanel("revu_le"),
    ]


class FicheFormation(FicheDeRessource):
    """A course or a tutorial."""

    organisme = models.CharField("proposée par", max_length=120, blank=True)
    forme = models.CharField("forme", max_length=80, blank=True, help_text="Sur place, en ligne, vidéo…")
    duree = models.CharField("durée", max_length=60, blank=True)
    prix = models.CharField("prix", max_length=100, blank=True)

    sorte: ClassVar[str] = "formation"
    faits: ClassVar[tuple[str, ...]] = ("organisme", "forme", "duree", "prix")
    content_panels: ClassVar[list[Any]] = panneaux(*faits)
    template = "animation/page_fiche.html"

    class Meta:
        verbose_name = "formation ou tuto"


class FicheAide(FicheDeRessource):
    """Money, or time of somebody, that a company can ask for."""

    organisme = models.CharField("versée par", max_length=120, blank=True)
    montant = models.CharField("montant", max_length=100, blank=True)
    conditions = models.CharField("pour qui", max_length=200, blank=True)
    jusqu_au = models.DateField("jusqu’au", null=True, blank=True)

    sorte: ClassVar[str] = "aide"
    faits: ClassVar[tuple[str, ...]] = ("organisme", "montant", "conditions", "jusqu_au")
    content_panels: ClassVar[list[Any]] = panneaux(*faits)
    template = "animation/page_fiche.html"

    class Meta:
        verbose_name = "aide financière"


class FicheContact(FicheDeRessource):
    """Somebody to call."""

    fonction = models.CharField("fonction", max_length=120, blank=True)
    organisme = models.CharField("organisme", max_length=120, blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    courriel = models.EmailField("e-mail", blank=True)
    adresse = models.CharField("adresse", max_length=200, blank=True)
    horaires = models.CharField("horaires", max_length=120, blank=True)

    sorte: ClassVar[str] = "contact"
    faits: ClassVar[tuple[str, ...]] = (
        "fonction",
        "organisme",
        "telephone",
        "courriel",
        "adresse",
        "horaires",
    )
    content_panels: ClassVar[list[Any]] = panneaux(*faits)
    template = "animation/page_fiche.html"

    class Meta:
        verbose_name = "contact"


class FicheActivateur(FicheDeRessource):
    """A professional of the « Activateurs France Num » directory, whom a company pays for help.

    `identifiant` is the one of the open file: set, the next import corrects this page.
    """

    identifiant = models.CharField("identifiant", max_length=80, unique=True, null=True, editable=False)
    commune = models.CharField("commune", max_length=120, blank=True)
    departement = models.ForeignKey(
        Departement, models.SET_NULL, null=True, blank=True, verbose_name="département", related_name="+"
    )
    domaines = models.CharField("domaines", max_length=300, blank=True)
    telephone = models.CharField("téléphone", max_length=30, blank=True)
    courriel = models.EmailField("e-mail", blank=True)

    sorte: ClassVar[str] = "activateur"
    faits: ClassVar[tuple[str, ...]] = ("commune", "departement", "domaines", "telephone", "courriel")
    content_panels: ClassVar[list[Any]] = panneaux(*faits)
    template = "animation/page_fiche.html"

    class Meta:
        verbose_name = "activateur"


SORTES: tuple[type[FicheDeRessource], ...] = (FicheFormation, FicheAide, FicheContact, FicheActivateur)
