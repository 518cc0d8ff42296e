"""The homes: the site's, and each community's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models.functions import Distance
from django.db import models
from django.db.models import Min
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from animation.blocs_vifs import blocs_vifs
from animation.chiffres import chiffres_par_territoire
from animation.donnees_structurees import organisation
from animation.models.socle import TEXTE_SIMPLE, PageEnPlace
from animation.models.temoignages import PageTemoignage
from matching.forms import FormulaireRecherche
from territoires.models import Territoire
from territoires.perimetre import Perimetre

TEMOIGNAGES = 3  # latest ones on a community's page
VOISINES = 4  # communities that a closed one points to


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

    def donnees_structurees(self, adresse: str) -> list[dict[str, Any]]:
        return [organisation()]


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

    def fermee_au_dessus(self, page: Page) -> AccueilTerritoire | None:
        """The closed community that this page is of, if any: one query, none for a home."""
        if isinstance(page, AccueilTerritoire):
            return None if page.territoire.est_ouvert else page
        fermees = self.ancestor_of(page, inclusive=True).filter(territoire__est_ouvert=False)
        fermee: AccueilTerritoire | None = fermees.first()
        return fermee

    def voisines(self, territoire: Territoire) -> list[AccueilTerritoire]:
        """The open communities around a territoire's biggest commune, nearest first."""
        centre = Perimetre.de(territoire).liste_des_communes().order_by("-population").first()
        autres = self.ouvertes().exclude(territoire=territoire)
        if centre is not None:
            loin = Min(Distance("territoire__communes__position", centre.position))
            autres = autres.annotate(loin=loin).order_by("loin", "title")
        return list(autres[:VOISINES])


class GestionnaireAccueils(PageManager.from_queryset(AccueilTerritoireQuerySet)):  # type: ignore[misc]
    """Read with its territoire: whether it is open is asked of each page served."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("territoire")


class AccueilTerritoire(PageEnPlace):
    """The home of one local community."""

    territoire = models.OneToOneField(Territoire, models.PROTECT, related_name="page")
    accroche = models.CharField("accroche", max_length=200)
    presentation = RichTextField("présentation", features=TEXTE_SIMPLE, blank=True)

    objects = GestionnaireAccueils()

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

    def fil(self) -> list[tuple[str, str]]:
        """The trail of the page, as it is written there: no query."""
        return [("Échange", "/"), ("Les communautés", "../"), (self.title, "")]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        contexte["vif"] = blocs_vifs(self.territoire_id)
        contexte["recherche"] = FormulaireRecherche()
        temoignages = PageTemoignage.objects.descendant_of(self).live()
        contexte["temoignages"] = temoignages.order_by("-first_published_at", "-pk")[:TEMOIGNAGES]
        contexte["rubriques"] = Page.objects.child_of(self).live().in_menu().order_by("path")
        return contexte
