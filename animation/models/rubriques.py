"""The shelves of the site: each holds pages of one kind, for the whole country or for one territoire."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from animation.forms_filtres import FiltreDePages, FiltreGuides, FiltreRessources, FiltreTemoignages
from animation.models.fiches import SORTES, FicheActivateur
from animation.models.guides import Guide
from animation.models.socle import DroitsSurPageEnPlace, PageEnPlace
from animation.models.temoignages import PageTemoignage
from profils.models import Taille, Utilisateur

# A shelf stands under the site's home, under a community's, or both.
SUR_LE_SITE = "animation.PageAccueil"
DANS_UN_TERRITOIRE = "animation.AccueilTerritoire"
PAR_PAGE = 24


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
    filtre: ClassVar[type[FiltreDePages] | None] = None

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
        return Page.objects.child_of(self).live().order_by("-first_published_at", "-pk").specific()

    def filtrer(self, fiches: models.QuerySet[Any], choix: dict[str, Any]) -> models.QuerySet[Any]:
        """Keep what was asked for; `choix` are the filter's valid answers."""
        return fiches

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        if self.filtre is None:
            return contexte | {"fiches": self.fiches()}
        filtre = self.filtre(request.GET or None, nationale=self.est_nationale)
        filtre.is_valid()  # what is not among the choices is told at its field, and filters nothing
        choix = {nom: valeur for nom, valeur in getattr(filtre, "cleaned_data", {}).items() if valeur}
        fiches = self.filtrer(self.fiches(), choix)
        lot = Paginator(fiches, PAR_PAGE).get_page(request.GET.get("page"))
        return contexte | {
            "fiches": lot.object_list,
            "lot": lot,
            "filtre": filtre,
            "est_filtree": bool(choix),
        }


class DroitsSurRubriqueGuides(DroitsSurRubrique):
    """What is written there is submitted: only a référent publishes."""

    def can_publish_subpage(self) -> bool:
        return bool(super().can_publish_subpage()) and (self.user.est_referent or self.user.is_superuser)


class RubriqueGuides(PageRubrique):
    """Step-by-step guides, national or of one territoire."""

    filtre = FiltreGuides
    is_creatable = False
    template = "animation/rubrique_guides.html"
    parent_page_types: ClassVar[list[str]] = [SUR_LE_SITE, DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = ["animation.Guide", "animation.GuideDecline"]

    class Meta:
        verbose_name = "rubrique des guides"

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurRubriqueGuides:
        return DroitsSurRubriqueGuides(user, self)

    def fiches(self) -> models.QuerySet[Any]:
        return Page.objects.child_of(self).live().order_by("title", "pk").specific()

    def filtrer(self, fiches: models.QuerySet[Any], choix: dict[str, Any]) -> models.QuerySet[Any]:
        """Those of this trade, and those that hold for all; a declined guide is of its original's trades."""
        if "secteur" not in choix:
            return fiches
        liens = Guide.secteurs.through.objects
        siens = liens.filter(secteur=choix["secteur"]).values("guide")
        tries = liens.values("guide")
        guides = Q(guide__in=siens) | Q(guide__isnull=False) & ~Q(pk__in=tries)
        declines = Q(guidedecline__original__in=siens) | (
            Q(guidedecline__isnull=False) & ~Q(guidedecline__original__in=tries)
        )
        return fiches.filter(guides | declines)


class RubriqueTemoignages(PageRubrique):
    """What companies tell of their échanges: those of a territoire, or of them all."""

    filtre = FiltreTemoignages
    is_creatable = False
    template = "animation/rubrique_temoignages.html"
    parent_page_types: ClassVar[list[str]] = [SUR_LE_SITE, DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = ["animation.PageTemoignage"]

    class Meta:
        verbose_name = "rubrique des témoignages"

    def fiches(self) -> models.QuerySet[Any]:
        pages = PageTemoignage.objects.live().order_by("-first_published_at", "-pk")
        return pages if self.est_nationale else pages.child_of(self)

    def filtrer(self, fiches: models.QuerySet[Any], choix: dict[str, Any]) -> models.QuerySet[Any]:
        """A page keeps the words its company was shown under, not the keys of that day."""
        mots = {nom: valeur.nom for nom, valeur in choix.items() if nom != "taille"}
        if taille := choix.get("taille"):
            mots["taille"] = Taille(taille).dite
        return fiches.filter(**mots)


class RubriqueRessources(PageRubrique):
    """Who and what helps: people, training, aid."""

    filtre = FiltreRessources
    is_creatable = False
    template = "animation/rubrique_ressources.html"
    parent_page_types: ClassVar[list[str]] = [SUR_LE_SITE, DANS_UN_TERRITOIRE]
    subpage_types: ClassVar[list[str]] = [f"animation.{sorte.__name__}" for sorte in SORTES]

    class Meta:
        verbose_name = "rubrique des ressources"

    def fiches(self) -> models.QuerySet[Any]:
        """Of each kind, with the sentence that a card shows: one query, not one for each kind."""
        pages = Page.objects.child_of(self).live().order_by("title", "pk")
        phrases = [f"{modele._meta.model_name}__accroche" for modele in SORTES]
        return pages.annotate(accroche=Coalesce(*phrases)).specific(defer=True)

    def filtrer(self, fiches: Any, choix: dict[str, Any]) -> models.QuerySet[Any]:
        if sorte := choix.get("sorte"):
            fiches = fiches.type(next(modele for modele in SORTES if modele.sorte == sorte))
        if secteur := choix.get("secteur"):
            fiches = fiches.filter(_du_metier(secteur))
        if territoire := choix.get("territoire"):
            d_ici = FicheActivateur.objects.filter(departement__territoire=territoire).values("pk")
            fiches = fiches.filter(Q(pk__in=d_ici) | Q(ficheactivateur__departement=None))
        return fiches


def _du_metier(secteur: Any) -> Q:
    """Fiches of this trade, and those that hold for all."""
    siennes, triees = Q(), Q()
    for modele in SORTES:
        liens, cle = modele.secteurs.through.objects, modele._meta.model_name
        siennes |= Q(pk__in=liens.filter(secteur=secteur).values(cle))
        triees |= Q(pk__in=liens.values(cle))
    return siennes | ~triees
