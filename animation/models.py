"""Pages of the communities, and the corner of the CMS that each one keeps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.http import Http404, HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Collection, Page, PageManager, PagePermissionTester, PageViewRestriction
from wagtail.query import PageQuerySet

from animation.chiffres import chiffres_et_equipe, chiffres_par_territoire
from matching.forms import FormulaireRecherche
from matching.models import Annonce, Besoin, SavoirFaire
from matching.models.bilans import TEMOIGNAGE_MAX
from matching.presentation.annonces import FicheAnnonce
from profils.models import NOM_MAX, Utilisateur
from territoires.models import Territoire

TEXTE_SIMPLE = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]
TEMOIGNAGES = 3  # latest ones on a community's page
NOUVEAUTES = 6  # newest listings of each kind on a community's page

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
    subpage_types: ClassVar[list[str]] = ["animation.PageTerritoires"]

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
    subpage_types: ClassVar[list[str]] = ["animation.PageTemoignage"]

    class Meta:
        verbose_name = "accueil d’un territoire"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        contexte = super().get_context(request, *args, **kwargs)
        contexte["chiffres"], contexte["equipe"] = chiffres_et_equipe(self.territoire_id)
        contexte["besoins"] = nouveautes(Besoin, self.territoire_id)
        contexte["savoir_faire"] = nouveautes(SavoirFaire, self.territoire_id)
        temoignages = PageTemoignage.objects.child_of(self).live().order_by("-first_published_at", "-pk")
        # a page that knows it has no child is not asked for them
        contexte["temoignages"] = temoignages[:TEMOIGNAGES] if self.numchild else []
        return contexte


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


class PageTemoignage(Page):
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
    competence = models.CharField("savoir-faire", max_length=120)
    texte = models.TextField("texte", max_length=TEMOIGNAGE_MAX)
    echange_le = models.DateField("échange du")

    content_panels: ClassVar[list[Any]] = [
        FieldPanel("title"),
        *(
            FieldPanel(nom, read_only=True)
            for nom in ("texte", "entreprise", "secteur", "taille", "commune", "competence", "echange_le")
        ),
    ]
    promote_panels: ClassVar[list[Any]] = REFERENCEMENT
    is_creatable = False
    template = "animation/page_temoignage.html"
    parent_page_types: ClassVar[list[str]] = ["animation.AccueilTerritoire"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "témoignage"

    def permissions_for_user(self, user: Utilisateur) -> DroitsSurTemoignage:
        return DroitsSurTemoignage(user, self)


def nouveautes(modele: type[Annonce], territoire: int) -> list[FicheAnnonce]:
    """The newest listings on line in this territoire (primary key): one query."""
    en_ligne = modele.objects.publiees().filter(commune__territoire=territoire)
    lues = en_ligne.select_related("entreprise", "commune", "competence").order_by("-publie_le", "-pk")
    return [FicheAnnonce(annonce) for annonce in lues[:NOUVEAUTES]]


class EspaceCms(models.Model):
    """What a territoire owns in the CMS besides its page: its editors and its images and documents.

    Kept outside the page, whose revisions would otherwise bring old values back when published.
    """

    territoire = models.OneToOneField(Territoire, models.PROTECT, related_name="espace_cms")
    groupe = models.OneToOneField(Group, models.PROTECT, related_name="+")
    collection = models.OneToOneField(Collection, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "espace éditorial"
        verbose_name_plural = "espaces éditoriaux"

    def __str__(self) -> str:
        return str(self.territoire)
