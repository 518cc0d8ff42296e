"""Pages in place that are a text to read: the questions, and what the law asks for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from animation.blocs import QUESTIONS, TEXTE
from animation.donnees_structurees import faq
from animation.models.guides import aujourd_hui
from animation.models.rubriques import SUR_LE_SITE, DroitsSurRubrique
from animation.models.socle import PageEnPlace
from profils.models import Utilisateur


class PageDeTexte(PageEnPlace):
    """It stays on line: the foot of every page leads there."""

    revu_le = models.DateField("relu le", default=aujourd_hui)

    parent_page_types: ClassVar[list[str]] = [SUR_LE_SITE]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurRubrique:
        return DroitsSurRubrique(user, self)


class PageFaq(PageDeTexte):
    """The questions everyone asks, under a few headings."""

    accroche = models.CharField("accroche", max_length=200)
    questions = StreamField(QUESTIONS, verbose_name="questions")

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("accroche"),
        FieldPanel("questions"),
        FieldPanel("revu_le"),
    ]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("questions")]
    champs_relus: ClassVar[tuple[str, ...]] = ("questions",)
    is_creatable = False
    max_count = 1
    template = "animation/page_faq.html"

    class Meta:
        verbose_name = "questions fréquentes"

    def donnees_structurees(self, adresse: str) -> list[dict[str, Any]]:
        """The questions, as search engines read them; headings between them aside."""
        blocs = [bloc.value for bloc in self.questions if bloc.block_type == "question"]
        return [faq((bloc["question"], str(bloc["reponse"])) for bloc in blocs)]


class PageLegale(PageDeTexte):
    """Legal notice, privacy, accessibility, conditions, invoices: one page each."""

    corps = StreamField(TEXTE, verbose_name="corps")

    content_panels: ClassVar[list[Any]] = [FieldPanel("title"), FieldPanel("corps"), FieldPanel("revu_le")]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("corps")]
    champs_relus: ClassVar[tuple[str, ...]] = ("corps",)
    is_creatable = False
    template = "animation/page_legale.html"

    class Meta:
        verbose_name = "page légale"
