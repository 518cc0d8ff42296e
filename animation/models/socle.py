"""What our page types have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from wagtail.admin.panels import CommentPanel, FieldPanel
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from animation.forms_pages import FormulaireDePage
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

    def can_copy(self) -> bool:
        return False  # one is enough

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:  # noqa: FBT001, FBT002
        return False


class PageOuverte(Page):
    """What all our pages are: public, and written through a form that knows whose images are whose.

    `champs_relus` are the texts that `animation.controle` reads again for whoever writes.
    """

    base_form_class = FormulaireDePage
    champs_relus: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """None, without asking: nobody may set one."""
        return PageViewRestriction.objects.none()


class DroitsSurPageRedigee(PagePermissionTester):
    def can_set_view_restrictions(self) -> bool:
        return False  # the site has no password


class PageRedigee(PageOuverte):
    """A page that teams write: as many as they like, under the address they like."""

    promote_panels: ClassVar[list[Any]] = [FieldPanel("slug"), *REFERENCEMENT]

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurPageRedigee:
        return DroitsSurPageRedigee(user, self)


class PageEnPlace(PageOuverte):
    """A page that `installer_pages` makes and nobody else: one is enough, and its parts must fit.

    Each says `is_creatable = False` for itself: Wagtail does not inherit it.
    """

    promote_panels: ClassVar[list[Any]] = REFERENCEMENT
    settings_panels: ClassVar[list[Any]] = [CommentPanel()]  # no date: it does not go off line by itself

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurPageEnPlace:
        return DroitsSurPageEnPlace(user, self)
