"""The shelves of the site: each holds pages of one kind, for the whole country or for one territoire."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from animation.models.socle import DroitsSurPageEnPlace, PageEnPlace
from animation.models.temoignages import PageTemoignage
from profils.models import Utilisateur

# A shelf stands under the site's home, under a community's, or both.
SUR_LE_SITE = "animation.PageAccueil"
DANS_UN_TERRITOIRE = "animation.AccueilTerritoire"


class DroitsSurRubrique(DroitsSurPageEnPlace):
    """A shelf stays on line, even empty: menus lead there."""

    def can_unpublish(self) -> bool:
        return False


class PageRubrique(PageEnPlace):
    """A shelf, laid by `installer_pages` from the lists of `animation.services.rubriques`.

    A new kind is a class here (`is_creatable = False`, its template, its `fiches`) and one line there.
    """

    accroche = models.CharField("accroche", max_length=200)

    content_panels: ClassVar[list[Any]] = [FieldPanel("title"), FieldPanel("accroche")]
    max_count_per_parent = 1

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurRubrique:
        return DroitsSurRubrique(user, self)

    @property
    def est_nationale(self) -> bool:
        """Whether it stands under the site's home, and not under a community's: said by its depth."""
        return bool(self.depth == 3)  # root, home, shelf

    def fiches(self) -> models.QuerySet[Any]:
        """What the shelf shows: its published pages, the newest first."""
        return Page.objects.child_of(self).live().order_by("-first_published_at", "-pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {"fiches": self.fiches()}


class RubriqueGuides(PageRubrique):
    """Step-by-step guides, national or of one territoire."""

    is_creatable = False
    template = "animation/rubrique_guides.html"
    parent_page_types: ClassVar[list[str]] = [SUR_LE_SITE, DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "rubrique des guides"


class RubriqueTemoignages(PageRubrique):
    """What the companies of a territoire tell of their échanges."""

    is_creatable = False
    template = "animation/rubrique_temoignages.html"
    parent_page_types: ClassVar[list[str]] = [DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = ["animation.PageTemoignage"]

    class Meta:
        verbose_name = "rubrique des témoignages"

    def fiches(self) -> models.QuerySet[Any]:
        return PageTemoignage.objects.child_of(self).live().order_by("-first_published_at", "-pk")


class RubriqueRessources(PageRubrique):
    """Who and what helps: people, training, aid."""

    is_creatable = False
    template = "animation/rubrique_ressources.html"
    parent_page_types: ClassVar[list[str]] = [SUR_LE_SITE, DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "rubrique des ressources"
