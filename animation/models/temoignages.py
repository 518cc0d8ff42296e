"""What companies tell of their échanges."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PagePermissionTester

from animation.models.socle import REFERENCEMENT, PageOuverte
from matching.models.bilans import TEMOIGNAGE_MAX
from profils.models import NOM_MAX, Utilisateur


class DroitsSurTemoignage(PagePermissionTester):
    """A company agreed to one text in one place: it is published or not, never moved nor copied."""

    def can_move(self) -> bool:
        return False

    def can_move_to(self, destination: Page) -> bool:
        return False

    def can_copy(self) -> bool:
        return False

    def can_copy_to(self, destination: Page, recursive: bool = False) -> bool:  # noqa: FBT001, FBT002
        return False


class PageTemoignage(PageOuverte):
    """What a company tells of an échange, in its own words and with its agreement.

    Made as a draft by `animation.services.temoignages`, once for each agreement (`temoignage`, its public
    identifier): the team publishes it or not, and changes nothing of what was agreed to. It goes with the
    agreement.
    """

    temoignage = models.UUIDField("accord", unique=True, editable=False)
    entreprise = models.CharField("entreprise", max_length=NOM_MAX)
    secteur = models.CharField("métier", max_length=80)
    taille = models.CharField("taille", max_length=40)
    commune = models.CharField("commune", max_length=120)
    region = models.CharField("région", max_length=120, blank=True)
    competence = models.CharField("savoir-faire", max_length=120)
    texte = models.TextField("texte", max_length=TEMOIGNAGE_MAX)
    echange_le = models.DateField("échange du")

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        *(
            FieldPanel(nom, read_only=True)
            for nom in (
                "texte",
                "entreprise",
                "secteur",
                "taille",
                "commune",
                "region",
                "competence",
                "echange_le",
            )
        ),
    ]
    promote_panels: ClassVar[list[Any]] = REFERENCEMENT
    is_creatable = False
    template = "animation/page_temoignage.html"
    parent_page_types: ClassVar[list[str]] = ["animation.RubriqueTemoignages"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "témoignage"

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurTemoignage:
        return DroitsSurTemoignage(user, self)
