"""The door of Wagtail's admin: whom it lets in, and what of other territoires it never shows.

Wagtail keeps people from *changing* pages that are not theirs; several of its screens (history, choosers,
reports, bulk actions) still *show* them. Here an address that names a page outside one's own part of the
tree is a 404, whatever the screen. `tests/animation/test_cloison_cms.py` walks every address of the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.utils.urlpatterns import decorate_urlpatterns

from animation.acces import vers_le_second_facteur
from profils.models import Utilisateur
from profils.second_facteur import manque_le_second_facteur

Vue = Callable[..., HttpResponse]

# How Wagtail's addresses name a page.
CLES_DE_PAGE = frozenset({"page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk"})
# `pk` names a page in these namespaces only.
ESPACES_DE_PAGES = frozenset({"wagtailadmin_pages", "wagtailadmin_api"})
# Figures and lists of the whole site.
ESPACES_NATIONAUX = frozenset({"wagtailadmin_reports", "wagtailadmin_workflows"})
LISTES_NATIONALES = frozenset({"type_use", "type_use_results", "choose_parent"})
# Where one chooses a page to lead to, rather than one to change.
CHOIX_DE_PAGE = frozenset({"wagtailadmin_choose_page", "wagtailadmin_choose_page_child"})
# Several at once: the address holds their keys.
CHOIX_MULTIPLES = {
    "wagtailadmin_choose_page_chosen_multiple": "wagtailcore.Page",
    "wagtailimages_chooser:chosen_multiple": "wagtailimages.Image",
    "wagtaildocs_chooser:chosen_multiple": "wagtaildocs.Document",
}


def garder(urlpatterns: list[Any]) -> list[Any]:
    """Put the door in front of every address of the admin (its list is changed in place)."""
    return list(decorate_urlpatterns(urlpatterns, _garder))


def _garder(vue: Vue) -> Vue:
    @wraps(vue)
    def gardee(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        utilisateur = request.user
        if not isinstance(utilisateur, Utilisateur):
            return redirect_to_login(request.get_full_path(), resolve_url("account_login"))
        if not utilisateur.has_perm("wagtailadmin.access_admin"):
            # Wagtail would send a signed-in person to sign in, for ever.
            return render(request, "animation/cms_refuse.html", status=403)
        if manque_le_second_facteur(request, utilisateur):
            return vers_le_second_facteur(request)
        if est_cloisonne(utilisateur):
            _exiger_chez_soi(request, utilisateur, kwargs)
        return _encadrable(vue(request, *args, **kwargs))

    return gardee


def _encadrable(reponse: HttpResponse) -> HttpResponse:
    """Let the editor's own preview frame show the page, which forbids every frame anywhere else."""
    if politique := reponse.get("Content-Security-Policy"):
        reponse["Content-Security-Policy"] = politique.replace(
            "frame-ancestors 'none'", "frame-ancestors 'self'"
        )
    return reponse


def est_cloisonne(utilisateur: Utilisateur) -> bool:
    """Say whether this person sees only one part of the pages."""
    return not (utilisateur.est_referent or utilisateur.is_superuser)


def pages_visibles(utilisateur: Utilisateur) -> Any:
    """Pages that this person may see in the admin."""
    return policy_registry.get_by_type(Page).explorable_instances(utilisateur)


def pages_nationales() -> Any:
    """What is on line and no community's: everybody reads it, so any team may lead there."""
    pages = Page.objects.live().filter(depth__gt=1)
    for liste in apps.get_model("animation", "PageTerritoires").objects.all():
        pages = pages.not_descendant_of(liste)
    return pages


def pages_au_choix(request: HttpRequest, utilisateur: Utilisateur) -> Any:
    """Pages that this person's choosers show: her own, and what is national, which she only leads to."""
    siennes = pages_visibles(utilisateur)
    if request.GET.get("user_perms"):  # where to move or to copy
        return siennes
    return siennes | pages_nationales()


def _exiger_chez_soi(request: HttpRequest, utilisateur: Utilisateur, kwargs: dict[str, Any]) -> None:
    """Raise 404 if the address names a page, or a list, beyond this person's part."""
    lieu = request.resolver_match
    if lieu is None or ESPACES_NATIONAUX & set(lieu.namespaces):
        raise Http404
    if "wagtailadmin_pages" in lieu.namespaces and lieu.url_name in LISTES_NATIONALES:
        raise Http404
    if "wagtailadmin_api" in lieu.namespaces and "pages" not in lieu.namespaces:
        raise Http404  # images and documents of every collection; no screen of ours needs them
    if lieu.url_name == "wagtailadmin_choose_page":
        kwargs["parent_page_id"] = _ou_choisir(request, utilisateur)
    if lieu.url_name == "wagtail_bulk_action":
        _exiger_lot(request, _siens(utilisateur, f"{kwargs['app_label']}.{kwargs['model_name']}"))
    if modele := CHOIX_MULTIPLES.get(lieu.view_name):
        est_page = modele == "wagtailcore.Page"
        _exiger_lot(
            request, pages_au_choix(request, utilisateur) if est_page else _siens(utilisateur, modele)
        )
    cles = CLES_DE_PAGE | ({"pk"} if ESPACES_DE_PAGES & set(lieu.namespaces) else set())
    visees = {int(valeur) for cle, valeur in kwargs.items() if cle in cles}
    choisit = lieu.url_name in CHOIX_DE_PAGE
    visibles = pages_au_choix(request, utilisateur) if choisit else pages_visibles(utilisateur)
    if visees and visibles.filter(pk__in=visees).count() != len(visees):
        raise Http404


def _ou_choisir(request: HttpRequest, utilisateur: Utilisateur) -> int:
    """Return the page where a chooser opens: Wagtail would begin at the root, where nothing is reached."""
    accueil = apps.get_model("animation", "PageAccueil").objects.first()
    if accueil is not None and not request.GET.get("user_perms"):
        return int(accueil.pk)
    racine = policy_registry.get_by_type(Page).explorable_root_instance(utilisateur)
    return int(racine.pk) if racine else 0


def _siens(utilisateur: Utilisateur, nom_du_modele: str) -> Any:
    """Return the rows of this model that this person may change or choose; raise 404 if none can be."""
    try:
        modele = apps.get_model(nom_du_modele)
    except LookupError as erreur:
        raise Http404 from erreur
    if issubclass(modele, Page):
        return pages_visibles(utilisateur)
    politique = policy_registry.get_by_type(modele, fallback=False)
    if politique is None:
        raise Http404
    return politique.instances_user_has_any_permission_for(utilisateur, {"change", "delete", "choose"})


def _exiger_lot(request: HttpRequest, siens: Any) -> None:
    """Batches name what they cannot touch: let none but one's own through."""
    try:
        visees = {int(cle) for cle in request.GET.getlist("id")}
    except ValueError as erreur:
        raise Http404 from erreur
    if not visees or siens.filter(pk__in=visees).count() != len(visees):
        raise Http404
