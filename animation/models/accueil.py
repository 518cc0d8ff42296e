"""The homes: the site's, and each community's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from animation.chiffres import chiffres_et_equipe, chiffres_par_territoire
from animation.models.socle import TEXTE_SIMPLE, PageEnPlace
from animation.models.temoignages import PageTemoignage
from matching.forms import FormulaireRecherche
from matching.models import Annonce, Besoin, SavoirFaire
from matching.presentation.annonces import FicheAnnonce
from territoires.models import Territoire

TEMOIGNAGES = 3  # latest ones on a community's page
NOUVEAUTES = 6  # newest listings of each kind on a community's page


class PageAccueil(PageEnPlace):
    """The site's home: what the platform is, and the search."""

    accroche = models.CharField("accroche", max_length=200)
    presentation = RichTextField("présentation", features=TEXTE_SIMPLE, blank=True)

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("accroche"),
        FieldPanel("presentation"),
    ]
    is_creatable = False
    template = "animation/page_accueil.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    # No `subpage_types`: each kind of page names its parents, so a new shelf touches nothing here.

    class Meta:
        verbose_name = "accueil du site"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        contexte["recherche"] = FormulaireRecherche()
        contexte["liste"] = PageTerritoires.objects.child_of(self).live().first()
        contexte["communautes"] = AccueilTerritoire.objects.ouvertes()
        return contexte


class PageTerritoires(PageEnPlace):
    """The list of the communities."""

    is_creatable = False
    template = "animation/page_territoires.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["animation.PageAccueil"]
    subpage_types: ClassVar[list[str]] = ["animation.AccueilTerritoire"]

    class Meta:
        verbose_name = "liste des territoires"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        pages = list(AccueilTerritoire.objects.ouvertes().child_of(self))
        chiffres = chiffres_par_territoire([page.territoire_id for page in pages])
        contexte["communautes"] = [(page, chiffres[page.territoire_id]) for page in pages]
        return contexte


class AccueilTerritoireQuerySet(PageQuerySet):
    def ouvertes(self) -> Any:
        """Published homes of open territoires, in the order of their names."""
        return self.live().filter(territoire__est_ouvert=True).order_by("title")


class AccueilTerritoire(PageEnPlace):
    """The home of one local community."""

    territoire = models.OneToOneField(Territoire, models.PROTECT, related_name="page")
    accroche = models.CharField("accroche", max_length=200)
    presentation = RichTextField("présentation", features=TEXTE_SIMPLE, blank=True)

    objects = PageManager.from_queryset(AccueilTerritoireQuerySet)()

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("accroche"),
        FieldPanel("presentation"),
    ]
    is_creatable = False
    template = "animation/accueil_territoire.html"
    parent_page_types: ClassVar[list[str]] = ["animation.PageTerritoires"]

    class Meta:
        verbose_name = "accueil d’un territoire"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        contexte["chiffres"], contexte["equipe"] = chiffres_et_equipe(self.territoire_id)
        contexte["besoins"] = nouveautes(Besoin, self.territoire_id)
        contexte["savoir_faire"] = nouveautes(SavoirFaire, self.territoire_id)
        temoignages = PageTemoignage.objects.descendant_of(self).live()
        contexte["temoignages"] = temoignages.order_by("-first_published_at", "-pk")[:TEMOIGNAGES]
        contexte["rubriques"] = Page.objects.child_of(self).live().in_menu().order_by("path")
        return contexte


def nouveautes(modele: type[Annonce], territoire: int) -> list[FicheAnnonce]:
    """The newest listings on line in this territoire (primary key): one query."""
    en_ligne = modele.objects.publiees().filter(commune__territoire=territoire)
    lues = en_ligne.select_related("entreprise", "commune", "competence").order_by("-publie_le", "-pk")
    return [FicheAnnonce(annonce) for annonce in lues[:NOUVEAUTES]]
