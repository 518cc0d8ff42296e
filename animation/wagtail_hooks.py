"""What Wagtail asks us: menus and choosers show one's own part of the site; a closed community says so."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from animation.accueil_cms import GestesUsuels
from animation.cms import est_cloisonne, pages_au_choix, pages_visibles
from animation.communaute import PROFONDEUR_COMMUNAUTE
from animation.models import AccueilTerritoire, PageEvenement, PageTerritoires
from animation.publication_groupee import refuser_les_inacheves
from animation.services.evenements import suivre_evenement
from profils.models import Utilisateur


@hooks.register("before_serve_page")
def dire_la_fermeture(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """A closed community answers for all of its pages: it is closed, its neighbours are there."""
    if page.depth < PROFONDEUR_COMMUNAUTE:
        return None
    fermee = AccueilTerritoire.objects.fermee_au_dessus(page)
    if fermee is None:
        return None
    contexte = {"page": fermee, "voisines": AccueilTerritoire.objects.voisines(fermee.territoire)}
    return render(request, "animation/territoire_ferme.html", contexte, status=HTTPStatus.GONE)


@hooks.register("construct_page_chooser_queryset")
def choisir_parmi_les_siennes(pages: Any, request: HttpRequest) -> Any:
    """One's own pages and the national ones; it opens on one's own home and the shelves of the country."""
    utilisateur = request.user
    if not isinstance(utilisateur, Utilisateur) or not est_cloisonne(utilisateur):
        return pages
    au_choix = pages_au_choix(request, utilisateur)
    lieu = request.resolver_match
    if lieu is None or lieu.url_name != "wagtailadmin_choose_page" or request.GET.get("user_perms"):
        return pages.filter(pk__in=au_choix.values_list("pk", flat=True))
    siennes = AccueilTerritoire.objects.filter(
        pk__in=pages_visibles(utilisateur).values_list("pk", flat=True)
    )
    rubriques = pages.filter(pk__in=au_choix.values_list("pk", flat=True)).exclude(
        pk__in=PageTerritoires.objects.values("pk")
    )
    cles = [*siennes.values_list("pk", flat=True), *rubriques.values_list("pk", flat=True)]
    return Page.objects.filter(pk__in=cles).order_by("-depth", "path").defer_streamfields().specific()


@hooks.register("construct_main_menu")
def retirer_les_rapports(request: HttpRequest, entrees: list[Any]) -> None:
    """Reports speak of the whole site."""
    if est_cloisonne(request.user):  # type: ignore[arg-type]
        entrees[:] = [entree for entree in entrees if entree.name != "reports"]


@hooks.register("construct_help_menu")
def retirer_l_aide_de_wagtail(request: HttpRequest, entrees: list[Any]) -> None:
    """Its guide and its news are in English, and speak of screens that a team does not have."""
    entrees[:] = [entree for entree in entrees if not entree.url.startswith("https://")]


@hooks.register("construct_homepage_panels")
def proposer_d_ecrire(request: HttpRequest, panneaux: list[Any]) -> None:
    panneaux.append(GestesUsuels())


@hooks.register("insert_global_admin_css")
def habiller() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("animation/cms.css"))


@hooks.register("insert_global_admin_js")
def garder_les_dates_ecrites() -> SafeString:
    return format_html('<script src="{}"></script>', static("animation/dates_cms.js"))


@hooks.register("register_admin_menu_item")
def vers_la_console() -> MenuItem:
    return MenuItem("Annonces et chiffres", reverse("animation:console"), icon_name="list-ul", order=50)


@hooks.register("register_admin_menu_item")
def vers_l_agenda() -> MenuItem:
    return MenuItem(
        "Agenda\u00a0: qui vient", reverse("animation:agenda"), icon_name="calendar-alt", order=55
    )


@hooks.register("register_admin_menu_item")
def vers_les_lettres() -> MenuItem:
    return MenuItem("Lettres", reverse("animation:lettres"), icon_name="mail", order=56)


class EntreeDesReferents(MenuItem):
    """The tree is national: only référents edit it, on its own screens (see docs/adr)."""

    def is_shown(self, request: HttpRequest) -> bool:
        return not est_cloisonne(request.user) and request.user.est_referent  # type: ignore[arg-type, union-attr]


@hooks.register("register_admin_menu_item")
def vers_l_arbre() -> MenuItem:
    adresse = reverse("animation:competences")
    return EntreeDesReferents("Compétences", adresse, icon_name="list-ul", order=60)


@hooks.register("before_bulk_action")
def publier_ce_qui_est_complet(
    request: HttpRequest, action: str, pages: list[Page], acte: Any
) -> HttpResponse | None:
    return refuser_les_inacheves(request, pages, acte) if action == "publish" else None


@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
def suivre_sa_page(request: HttpRequest, page: Any) -> None:
    """What is on line of an event follows at once; a periodic task finds what no screen did."""
    if isinstance(page, PageEvenement):
        suivre_evenement(page_id=page.pk)
