"""Guides: step by step, by trade; a national one may be taken up by a territoire, with its own addresses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar, Self

import segno
from django import forms
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TitleFieldPanel
from wagtail.fields import StreamField
from wagtail.models import PageManager, Revision
from wagtail.query import PageQuerySet
from wagtail.search import index

from animation.blocs import CORPS, SUITES
from animation.blocs.vifs import fichiers_des_vifs
from animation.models.socle import DroitsSurPageRedigee, PageRedigee
from animation.panneaux import PanneauOriginal, PanneauRelecture, PanneauReponse
from echange.socle.horloge import maintenant
from profils.models import Secteur, Utilisateur

# A guide that nobody has read again for so long is on the list of the old ones.
VIEUX_APRES_MOIS = 12


def aujourd_hui() -> Any:
    return localdate(maintenant())


class DroitsSurGuide(DroitsSurPageRedigee):
    """A team writes and submits; a référent publishes, or sends back."""

    def can_publish(self) -> bool:
        return bool(super().can_publish()) and (self.user.est_referent or self.user.is_superuser)

    def can_unpublish(self) -> bool:
        return bool(super().can_unpublish()) and (self.user.est_referent or self.user.is_superuser)

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002  Wagtail's signature
        """An original that a territoire takes up is withdrawn, not deleted: its readers would lose it."""
        return (
            bool(super().can_delete(ignore_bulk))
            and not GuideDecline.objects.filter(original_id=self.page.pk).exists()
        )


class Guide(PageRedigee):
    """A step-by-step guide."""

    accroche = models.CharField(
        "accroche", max_length=200, help_text="Ce que l’on saura faire, en une phrase."
    )
    secteurs = ParentalManyToManyField(
        Secteur, verbose_name="métiers", blank=True, help_text="Aucun\u00a0: le guide vaut pour tous."
    )
    revu_le = models.DateField(
        "relu le", default=aujourd_hui, help_text="Le jour où quelqu’un en a vérifié chaque ligne."
    )
    duree = models.CharField("durée", max_length=60, blank=True, help_text="«\u00a0Une heure\u00a0»")
    materiel = models.CharField("ce qu’il faut", max_length=200, blank=True)
    cout = models.CharField("coût", max_length=100, blank=True)
    corps = StreamField(CORPS, verbose_name="corps")
    suites = StreamField(
        SUITES,
        verbose_name="pour aller plus loin",
        blank=True,
        help_text="Témoignages, formations, activateurs, aides, contacts.",
    )

    content_panels: ClassVar[list[Any]] = [
        PanneauReponse(),
        PanneauRelecture(),
        TitleFieldPanel("title", placeholder=False, classname=""),
        FieldPanel("accroche"),
        FieldPanel("secteurs", widget=forms.CheckboxSelectMultiple),
        FieldPanel("revu_le"),
        MultiFieldPanel(
            [FieldPanel("duree"), FieldPanel("materiel"), FieldPanel("cout")], heading="Infos pratiques"
        ),
        FieldPanel("corps"),
        FieldPanel("suites"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *PageRedigee.search_fields,
        index.SearchField("accroche"),
        index.SearchField("corps"),
    ]
    champs_relus: ClassVar[tuple[str, ...]] = ("accroche", "corps")
    template = "animation/page_guide.html"
    parent_page_types: ClassVar[list[str]] = ["animation.RubriqueGuides"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "guide"

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurGuide:
        return DroitsSurGuide(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        fichiers = fichiers_des_vifs(self, self.corps)
        return contexte | _a_lire(self, self) | fichiers | {"suites": self.suites}


class GuideDeclineQuerySet(PageQuerySet):
    def a_relire(self) -> Self:
        """Those whose original has been published again, or withdrawn, since the team last read it."""
        return self.filter(
            Q(original__live=False) | ~Q(original__live_revision=F("suivi__revision"))
        ).select_related("original", "suivi__revision")


class GestionnaireDeclines(PageManager.from_queryset(GuideDeclineQuerySet)):  # type: ignore[misc]
    """Read with its original: whatever is shown of it comes from there."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("original")


class GuideDecline(PageRedigee):
    """A national guide taken up by a territoire: the body of the original, live, and what is true here.

    Made by `animation.services.declinaisons`, one for a guide and a territoire. When the original is
    withdrawn, readers keep the version that the team last read.
    """

    original = models.ForeignKey(Guide, models.PROTECT, related_name="declinaisons", verbose_name="original")
    accroche = models.CharField("accroche", max_length=200)
    ajouts = StreamField(CORPS, verbose_name="ce qui est propre à ce territoire", blank=True)
    suites = StreamField(SUITES, verbose_name="bonnes adresses d’ici", blank=True)

    objects = GestionnaireDeclines()

    content_panels: ClassVar[list[Any]] = [
        PanneauOriginal(),
        PanneauReponse(),
        PanneauRelecture(),
        FieldPanel("title"),
        FieldPanel("accroche"),
        FieldPanel("ajouts"),
        FieldPanel("suites"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *PageRedigee.search_fields,
        index.SearchField("accroche"),
        index.SearchField("ajouts"),
    ]
    champs_relus: ClassVar[tuple[str, ...]] = ("accroche", "ajouts")
    is_creatable = False
    template = "animation/page_guide.html"
    parent_page_types: ClassVar[list[str]] = ["animation.RubriqueGuides"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "guide national adapté"

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurGuide:
        return DroitsSurGuide(user, self)

    @property
    def guide(self) -> Guide:
        """The original as readers see it: on line, or else the version the team last read."""
        if self.original.live:
            return self.original
        lue: Guide = self.suivi.revision.as_object()
        return lue

    @property
    def a_change(self) -> bool:
        """Whether the original has moved since the team last read it."""
        return not self.original.live or self.original.live_revision_id != self.suivi.revision_id

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        guide = self.guide
        suites = [*self.suites, *guide.suites]
        fichiers = fichiers_des_vifs(self, [*guide.corps, *self.ajouts])
        return contexte | _a_lire(self, guide) | fichiers | {"ajouts": self.ajouts, "suites": suites}


def _a_lire(page: PageRedigee, guide: Guide) -> dict[str, Any]:
    """What the template of a guide reads; the square to scan leads to the page itself."""
    adresse = page.full_url or ""
    return {
        "guide": guide,
        "corps": guide.corps,
        "secteurs": list(guide.secteurs.all()),
        "adresse": adresse,
        "qr": _carre(adresse) if adresse else "",
    }


@lru_cache(maxsize=256)
def _carre(adresse: str) -> SafeString:
    """Draw the square that leads to an address: a third of the time of a guide, and always the same."""
    return mark_safe(segno.make(adresse, error="m").svg_inline(border=0, omitsize=True))


class SuiviDeGuide(models.Model):
    """Which version of the original a declined guide's team has read.

    Kept outside the page, whose drafts would otherwise bring an old reading back when published.
    """

    declinaison = models.OneToOneField(GuideDecline, models.CASCADE, related_name="suivi")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    relu_le = models.DateTimeField("relu le", default=maintenant)
    relu_par = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "suivi d’un guide décliné"
        verbose_name_plural = "suivis des guides déclinés"

    def __str__(self) -> str:
        return str(self.declinaison)
