"""What the CMS's menus and choosers show: one's own part of the site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from animation.cms import est_cloisonne, pages_visibles
from animation.models import PageEvenement
from animation.services.evenements import suivre_evenement


@hooks.register("construct_page_chooser_queryset")
def choisir_parmi_les_siennes(pages: Any, request: HttpRequest) -> Any:
    if not est_cloisonne(request.user):  # type: ignore[arg-type]
        return pages
    return pages.filter(pk__in=pages_visibles(request.user).values_list("pk", flat=True))  # type: ignore[arg-type]


@hooks.register("construct_main_menu")
def retirer_les_rapports(request: HttpRequest, entrees: list[Any]) -> None:
    """Reports speak of the whole site."""
    if est_cloisonne(request.user):  # type: ignore[arg-type]
        entrees[:] = [entree for entree in entrees if entree.name != "reports"]


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


@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
def suivre_sa_page(request: HttpRequest, page: Any) -> None:
    """What is on line of an event follows at once; a periodic task finds what no screen did."""
    if isinstance(page, PageEvenement):
        suivre_evenement(page_id=page.pk)
