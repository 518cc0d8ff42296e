"""What the CMS's first screen offers: to write, straight away, what one's territoire may be lacking."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from animation.cms import est_cloisonne, pages_visibles
from animation.models import (
    AccueilTerritoire,
    RubriqueAgenda,
    RubriqueGuides,
    RubriqueLettres,
    RubriqueRessources,
)
from profils.models import Utilisateur

PROFONDEUR_NATIONALE = 3  # root, home, shelf
# What is written on each kind of shelf, and the page's type; without one, the choice is asked.
GESTES: dict[type[Page], tuple[str, str]] = {
    AccueilTerritoire: ("Modifier l’accueil de la communauté", ""),
    RubriqueAgenda: ("Annoncer un événement", "pageevenement"),
    RubriqueGuides: ("Écrire un guide", "guide"),
    RubriqueRessources: ("Ajouter une bonne adresse", ""),
    RubriqueLettres: ("Écrire une lettre", "pagelettre"),
}


class GestesUsuels(Component):  # type: ignore[misc]  # Wagtail's components have no types
    """A link for each thing one writes, community by community; a référent's are the country's."""

    name = "gestes"
    order = 230  # after what waits for an answer
    template_name = "animation/cms/gestes.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        utilisateur: Utilisateur = parent_context["request"].user
        pages = pages_visibles(utilisateur).type(*GESTES)
        if not est_cloisonne(utilisateur):
            pages = pages.filter(depth=PROFONDEUR_NATIONALE)
        gestes: dict[str, list[tuple[str, str]]] = {}
        communaute = ""
        for page in pages.order_by("path").select_related("content_type"):
            if page.specific_class is AccueilTerritoire:
                communaute = page.title
            gestes.setdefault(communaute, []).append(_geste(page))
        return {"gestes": list(gestes.items())}


def _geste(page: Page) -> tuple[str, str]:
    modele = page.specific_class
    mots, type_de_page = GESTES[modele]
    if modele is AccueilTerritoire:
        return mots, reverse("wagtailadmin_pages:edit", args=[page.pk])
    if type_de_page:
        return mots, reverse("wagtailadmin_pages:add", args=["animation", type_de_page, page.pk])
    return mots, reverse("wagtailadmin_pages:add_subpage", args=[page.pk])
