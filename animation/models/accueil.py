"""The homes: the site's, and each community's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models.functions import Distance
from django.db import models
from django.db.models import Min
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from animation.blocs import CORPS
from animation.blocs.vifs import fichiers_des_vifs
from animation.blocs_vifs import lire_chiffres, lire_chiffres_de
from animation.communaute import territoire_de
from animation.donnees_structurees import organisation
from animation.models.socle import TEXTE_SIMPLE, PageEnPlace
from animation.models.temoignages import PageTemoignage
from matching.forms import FormulaireRecherche
from territoires.models import Territoire
from territoires.perimetre import Perimetre

TEMOIGNAGES = 3  # latest ones on a community's page
VOISINES = 4  # communities that a closed one points to
# What a community's home shows, in this order, as long as its team has not made its own.
USUELS: list[tuple[str, dict[str, str]]] = [
    ("recherche", {"titre": ""}),
    ("rendez_vous", {"titre": ""}),
    ("on_cherche", {"titre": ""}),
    ("carte", {"titre": ""}),
    ("annonces", {"titre": "", "genre": "savoir-faire"}),
    ("annonces", {"titre": "", "genre": "besoins"}),
]


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
        lus = lire_chiffres_de(page.territoire_id for page in pages)
        contexte["communautes"] = [(page, lus[page.territoire_id][0]) for page in pages]
        return contexte


class AccueilTerritoireQuerySet(PageQuerySet):
    def ouvertes(self) -> Any:
        """Published homes of open territoires, in the order of their names."""
        return self.live().filter(territoire__est_ouvert=True).order_by("title")

    def fermee_au_dessus(self, page: Page) -> AccueilTerritoire | None:
        """The closed community that this page is of, if any: one query, none for a home."""
        territoire = territoire_de(page)
        if territoire is None or territoire.est_ouvert:
            return None
        fermee: AccueilTerritoire | None = self.filter(territoire=territoire).first()
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
    corps = StreamField(
        CORPS,
        verbose_name="suite de la page",
        blank=True,
        help_text="Vide\u00a0: la recherche, les rendez-vous, ce que l’on cherche, la carte et les annonces. "
        "Dès que vous y posez un bloc, c’est vous qui choisissez lesquels, et dans quel ordre.",
    )

    objects = GestionnaireAccueils()

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        FieldPanel("accroche"),
        FieldPanel("presentation"),
        FieldPanel("corps"),
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
        contexte["chiffres"], contexte["equipe"] = lire_chiffres(self.territoire_id)
        contexte["corps"] = corps = self.corps or self._corps_usuel()
        contexte |= fichiers_des_vifs(self, corps)
        temoignages = PageTemoignage.objects.descendant_of(self).live()
        contexte["temoignages"] = temoignages.order_by("-first_published_at", "-pk")[:TEMOIGNAGES]
        contexte["rubriques"] = Page.objects.child_of(self).live().in_menu().order_by("path")
        return contexte

    def _corps_usuel(self) -> StreamValue:
        usuel: StreamValue = self.corps.stream_block.normalize(USUELS)
        return usuel
