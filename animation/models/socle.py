"""What our page types have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from profils.models import Utilisateur

TEXTE_SIMPLE = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]

# No slug here: the address of a community must not change under those who were given it.
REFERENCEMENT: list[Any] = [FieldPanel("seo_title"), FieldPanel("search_description")]


class DroitsSurPageEnPlace(PagePermissionTester):
    """What nobody does by mistake to a page that the rest of the site counts on."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002  Wagtail's signature
        return False  # nor move: Wagtail asks the same question

    def can_unpublish(self) -> bool:
        """A référent may withdraw a page; a team does not make its own vanish."""
        return bool(super().can_unpublish()) and (self.user.est_referent or self.user.is_superuser)

    def can_set_view_restrictions(self) -> bool:
        return False  # these pages are public, and the site has no password


class PageEnPlace(Page):
    """A page that `installer_pages` makes and nobody else: one is enough, and its parts must fit.

    Each says `is_creatable = False` for itself: Wagtail does not inherit it.
    """

    promote_panels: ClassVar[list[Any]] = REFERENCEMENT

    class Meta:
        abstract = True

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find the page of an address; where children are all of one kind, in one query and not two."""
        modeles = self.allowed_subpage_models()
        if not path_components or len(modeles) != 1:
            return super().route(request, path_components)
        enfant = modeles[0].objects.child_of(self).filter(slug=path_components[0]).first()
        if enfant is None:
            raise Http404
        return enfant.route(request, path_components[1:])

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurPageEnPlace:
        return DroitsSurPageEnPlace(user, self)

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """None, without asking: nobody may set one (`DroitsSurPageEnPlace`)."""
        return PageViewRestriction.objects.none()
