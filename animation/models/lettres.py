"""Letters as their team writes them: pages, until they are sent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester

from animation.blocs import TEXTE
from animation.communaute import territoire_de
from animation.forms_pages import FormulaireDePage
from animation.models.envois import EnvoiLettre
from animation.models.rubriques import DANS_UN_TERRITOIRE, SUR_LE_SITE, DroitsSurRubrique, PageRubrique
from animation.models.socle import REFERENCEMENT
from animation.presentation.lettres import apercu, chemin_pour_s_abonner, lire_lettre
from profils.models import Utilisateur
from territoires.models import Territoire

SUITE = (
    "<p>Relisez avec «\u00a0Aperçu\u00a0»\u00a0: la page, puis le courriel. Pour vous l’envoyer en essai, la "
    "programmer ou l’envoyer, ouvrez «\u00a0Lettres\u00a0» dans le menu.</p>"
)


class DroitsSurRubriqueLettres(DroitsSurRubrique):
    """A letter goes on line by being sent."""

    def can_publish_subpage(self) -> bool:
        return False


class RubriqueLettres(PageRubrique):
    """The letters already sent, of the site or of a community, and how to receive the next ones."""

    is_creatable = False
    template = "animation/rubrique_lettres.html"
    parent_page_types: ClassVar[list[str]] = [SUR_LE_SITE, DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = ["animation.PageLettre"]

    class Meta:
        verbose_name = "rubrique des lettres"

    def fiches(self) -> models.QuerySet[Any]:
        parties = PageLettre.objects.child_of(self).live().select_related("envoi")
        return parties.order_by("-first_published_at", "-pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        territoire = self.territoire
        return contexte | {"territoire": territoire, "url_abonner": chemin_pour_s_abonner(territoire)}

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurRubriqueLettres:
        return DroitsSurRubriqueLettres(user, self)

    @property
    def territoire(self) -> Territoire | None:
        """Whose letters these are; None for the national ones."""
        return territoire_de(self)


class DroitsSurLettre(PagePermissionTester):
    """Written until it is sent, or planned; it leaves from the console, not from « Publier ».

    What has left is in people's mailboxes: it is neither changed nor taken back.
    """

    def _est_prise(self) -> bool:
        return EnvoiLettre.objects.filter(page=self.page.pk).exists()

    def can_edit(self) -> bool:
        return bool(super().can_edit()) and not self._est_prise()

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002  Wagtail's signature
        return bool(super().can_delete(ignore_bulk)) and not self._est_prise()

    def can_publish(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_move_to(self, destination: Page) -> bool:
        return False


class PageLettre(Page):
    """A letter: its title is the mail's subject. On line once sent."""

    chapeau = models.CharField(
        "en une phrase",
        max_length=200,
        help_text="Ce que les boîtes aux lettres montrent à côté de l’objet.",
    )
    corps = StreamField(TEXTE, verbose_name="texte")  # no image: nothing says that a mail was opened
    avec_rendez_vous = models.BooleanField("ajouter les prochains rendez-vous", default=True)
    avec_annonces = models.BooleanField("ajouter les derniers besoins et savoir-faire", default=True)

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title", heading="Objet"),
        FieldPanel("chapeau"),
        FieldPanel("corps"),
        MultiFieldPanel(
            [
                FieldPanel("avec_rendez_vous"),
                FieldPanel("avec_annonces"),
                HelpPanel(SUITE),
            ],
            heading="À la suite du texte",
        ),
    ]
    promote_panels: ClassVar[list[Any]] = REFERENCEMENT
    settings_panels: ClassVar[list[Any]] = []  # it is dated by its sending
    base_form_class = FormulaireDePage
    template = "animation/page_lettre.html"
    parent_page_types: ClassVar[list[str]] = ["animation.RubriqueLettres"]
    subpage_types: ClassVar[list[str]] = []
    preview_modes: ClassVar[list[tuple[str, str]]] = [
        ("", "La page"),
        ("courriel", "Le courriel"),
        ("texte", "Le courriel sans image ni mise en forme"),
    ]

    class Meta:
        verbose_name = "lettre"

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurLettre:
        return DroitsSurLettre(user, self)

    @property
    def territoire(self) -> Territoire | None:
        """Whose letter it is; None for a national one."""
        return territoire_de(self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What has left, word for word; in a preview, what would leave now."""
        return super().get_context(request, *args, **kwargs) | lire_lettre(self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page, or the mail in either of its forms."""
        if mode_name not in ("courriel", "texte"):
            return super().serve_preview(request, mode_name)
        html, texte = apercu(self)
        if mode_name == "courriel":
            return HttpResponse(html)
        return render(request, "animation/lettre_texte.html", {"texte": texte})
