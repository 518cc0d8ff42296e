"""Put the site's pages in place, and keep each team to its own part of the CMS."""

from __future__ import annotations

from collections.abc import Collection as Ensemble
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from animation.models import AccueilTerritoire, EspaceCms, PageAccueil, PageTerritoires, RubriqueGuides
from animation.services.contenus import poser_guides, poser_textes
from animation.services.relecture import ouvrir_relecture
from animation.services.rubriques import (
    DU_SITE,
    DU_TERRITOIRE,
    poser,
    poser_rubriques,
    ranger_temoignages,
)
from animation.textes import ACCUEIL, textes_de
from profils.models import Utilisateur
from territoires.models import Territoire

NOM_DU_SITE = "Échange"
# Not « territoires »: that part of the address belongs to the app of the same name.
SLUG_COMMUNAUTES = "communautes"
GROUPE_REFERENTS = "Référents nationaux"
REFERENTS = 0  # no territoire has this key

SUR_LES_PAGES = ("add_page", "change_page", "publish_page")
SUR_TOUT_LE_SITE = (*SUR_LES_PAGES, "lock_page", "unlock_page")
SUR_LES_FICHIERS = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}


@transaction.atomic
def installer_pages() -> int:
    """Create what is missing of the site's pages and of the CMS rights; return how many pages were made.

    Texts, titles and pages changed since are left alone. Two runs at once do the work once.
    """
    # The tree library computes a new page's place from its siblings: one writer at a time.
    racine = Page.objects.select_for_update().get(depth=1)
    avant = Page.objects.count()
    accueil = PageAccueil.objects.child_of(racine).first() or _poser_accueil(racine)
    _designer_site(accueil)
    retirees = _retirer_bienvenue(racine)
    liste = PageTerritoires.objects.child_of(accueil).first() or _poser_liste(accueil)
    poser_rubriques(accueil, DU_SITE)
    poser_textes(accueil)
    poser_guides(RubriqueGuides.objects.child_of(accueil).get())
    for territoire in Territoire.objects.ouverts().order_by("pk"):
        page = AccueilTerritoire.objects.filter(territoire=territoire).first()
        page = page or _poser_territoire(liste, territoire)
        poser_rubriques(page, DU_TERRITOIRE)
        ranger_temoignages(page)
        ouvrir_espace(territoire, page)
    ouvrir_relecture(_ouvrir_groupe_referents(racine))
    return int(Page.objects.count()) - avant + retirees


def _poser_accueil(racine: Page) -> PageAccueil:
    return poser(
        racine,
        PageAccueil(
            title=NOM_DU_SITE, slug="accueil", accroche=ACCUEIL.accroche, presentation=ACCUEIL.presentation
        ),
    )


def _poser_liste(accueil: PageAccueil) -> PageTerritoires:
    return poser(accueil, PageTerritoires(title="Les communautés", slug=SLUG_COMMUNAUTES))


def _poser_territoire(liste: PageTerritoires, territoire: Territoire) -> AccueilTerritoire:
    textes = textes_de(territoire.code, territoire.nom)
    return poser(
        liste,
        AccueilTerritoire(
            title=territoire.nom,
            slug=territoire.code,
            territoire=territoire,
            accroche=textes.accroche,
            presentation=textes.presentation,
        ),
    )


def _designer_site(accueil: PageAccueil) -> None:
    """Point Wagtail's default site at our home and at the site's public address."""
    adresse = urlsplit(settings.ADRESSE_DU_SITE)
    voulu = {
        "hostname": adresse.hostname,
        "port": adresse.port or (443 if adresse.scheme == "https" else 80),
        "site_name": NOM_DU_SITE,
        "root_page_id": accueil.pk,
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if {nom: getattr(site, nom) for nom in voulu} == voulu:
        return
    for nom, valeur in voulu.items():
        setattr(site, nom, valeur)
    site.save()


def _retirer_bienvenue(racine: Page) -> int:
    """Delete the page that Wagtail's migrations put at the root; the site must not point to it any more."""
    bienvenue = Page.objects.child_of(racine).exact_type(Page).filter(slug="home", numchild=0).first()
    if bienvenue is None:
        return 0
    bienvenue.delete()
    racine.refresh_from_db()
    return 1


def ouvrir_espace(territoire: Territoire, page: AccueilTerritoire) -> EspaceCms:
    """Give the territoire its group of editors and its collection; rights cover its own page and below."""
    espace = EspaceCms.objects.filter(territoire=territoire).select_related("groupe", "collection").first()
    if espace is None:
        # Groups and collections have names, not codes: the row keeps the link when they are renamed.
        groupe, _ = Group.objects.get_or_create(name=f"Animation {territoire.code}")
        collection = Collection.get_first_root_node().add_child(name=territoire.nom)
        espace = EspaceCms.objects.create(territoire=territoire, groupe=groupe, collection=collection)
    _autoriser(espace.groupe, page, SUR_LES_PAGES, espace.collection)
    return espace


def _ouvrir_groupe_referents(racine: Page) -> Group:
    groupe, _ = Group.objects.get_or_create(name=GROUPE_REFERENTS)
    _autoriser(groupe, racine, SUR_TOUT_LE_SITE, Collection.get_first_root_node())
    return groupe


def _autoriser(groupe: Group, page: Page, sur_les_pages: Ensemble[str], collection: Collection) -> None:
    """Add the rights that are missing; those given by hand stay."""
    groupe.permissions.add(*_droits("wagtailadmin", ["access_admin"]))
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group=groupe, page_id=page.pk, permission=droit)
            for droit in _droits("wagtailcore", sur_les_pages)
        ],
        ignore_conflicts=True,
    )
    GroupCollectionPermission.objects.bulk_create(
        [
            GroupCollectionPermission(group=groupe, collection=collection, permission=droit)
            for application, codes in SUR_LES_FICHIERS.items()
            for droit in _droits(application, codes)
        ],
        ignore_conflicts=True,
    )


def _droits(application: str, codes: Ensemble[str]) -> list[Permission]:
    droits = Permission.objects.filter(content_type__app_label=application, codename__in=codes)
    return list(droits.order_by("pk"))


@transaction.atomic
def donner_acces_cms(*, utilisateur: Utilisateur) -> None:
    """Make this person's CMS groups follow the roles held now; take back what no role justifies any more.

    Installs the pages first if a territoire of this person's has none yet.
    """
    animes = set(
        Territoire.objects.ouverts().filter(animateurs__utilisateur=utilisateur).values_list("pk", flat=True)
    )
    groupes = _groupes_d_equipe()
    if REFERENTS not in groupes or animes - groupes.keys():
        installer_pages()
        groupes = _groupes_d_equipe()
    voulus = {groupes[cle] for cle in animes | ({REFERENTS} if utilisateur.est_referent else set())}
    utilisateur.groups.remove(*(set(groupes.values()) - voulus))
    utilisateur.groups.add(*voulus)


def _groupes_d_equipe() -> dict[int, int]:
    """Return the group of each territoire, and that of the référents under the key `REFERENTS`."""
    groupes = dict(EspaceCms.objects.values_list("territoire_id", "groupe_id"))
    referents = Group.objects.filter(name=GROUPE_REFERENTS).first()
    return groupes | ({REFERENTS: referents.pk} if referents else {})
