"""The shelves that the site and each territoire get, and how a page is laid.

One line here is enough for a shelf to stand everywhere at the next run of the installation, on a site already
in service too; the menu of a community's home lists what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from wagtail.models import Page

from animation.models import (
    PageRubrique,
    PageTemoignage,
    RubriqueAgenda,
    RubriqueGuides,
    RubriqueLettres,
    RubriqueRessources,
    RubriqueTemoignages,
)
from echange.socle.horloge import maintenant


class Rubrique(NamedTuple):
    """A shelf: its page type, its part of the address, and its first words."""

    modele: type[PageRubrique]
    slug: str
    titre: str
    accroche: str


DU_SITE = (
    Rubrique(
        RubriqueGuides,
        "guides",
        "Guides pratiques",
        "Des pas à pas courts, à lire sur le téléphone et à faire dans l’heure.",
    ),
    Rubrique(
        RubriqueTemoignages,
        "temoignages",
        "Témoignages",
        "Des entreprises de toute la France racontent ce qu’un voisin leur a montré.",
    ),
    Rubrique(
        RubriqueRessources,
        "ressources",
        "Ressources",
        "Des personnes, des formations et des aides, quand un voisin ne suffit pas.",
    ),
    Rubrique(
        RubriqueLettres,
        "lettres",
        "Lettres",
        "Les nouvelles de toutes les communautés, quand il y en a.",
    ),
)
DU_TERRITOIRE = (
    Rubrique(
        RubriqueAgenda,
        "agenda",
        "Agenda",
        "Se rencontrer, essayer un outil ensemble, poser ses questions à voix haute.",
    ),
    Rubrique(
        RubriqueGuides, "guides", "Guides", "Les pas à pas qui servent ici, avec les bonnes adresses du coin."
    ),
    Rubrique(
        RubriqueTemoignages,
        "temoignages",
        "Témoignages",
        "Ils ont appris d’un voisin, ou lui ont montré\u00a0: ils racontent.",
    ),
    Rubrique(
        RubriqueRessources,
        "ressources",
        "Ressources",
        "Qui appeler, où se former, quelles aides demander près de chez vous.",
    ),
    Rubrique(
        RubriqueLettres,
        "lettres",
        "Lettres",
        "Quelques nouvelles d’ici, les prochains rendez-vous, ce que les voisins cherchent.",
    ),
)


def poser(parente: Page, page: Any) -> Any:
    """Add a published page, with a first revision so that its editors can go back to it."""
    page.first_published_at = page.last_published_at = maintenant()
    parente.add_child(instance=page)
    # `revision.publish()`, or one more `save()`, would index the same words again.
    page.live_revision = page.save_revision(clean=False, changed=False)
    Page.objects.filter(pk=page.pk).update(live_revision=page.live_revision)
    return page


def poser_rubriques(parente: Page, rubriques: Iterable[Rubrique]) -> None:
    """Lay the shelves that are missing under this home; those that stand there are left as they are."""
    posees = set(Page.objects.child_of(parente).values_list("slug", flat=True))
    for modele, slug, titre, accroche in rubriques:
        if slug not in posees:
            poser(parente, modele(title=titre, slug=slug, accroche=accroche, show_in_menus=True))


def ranger_temoignages(accueil: Page) -> None:
    """Move the témoignages that stood under a community's home to their shelf; old addresses lead there."""
    egares = list(PageTemoignage.objects.child_of(accueil).order_by("path"))
    if egares:
        rubrique = RubriqueTemoignages.objects.child_of(accueil).get()
        for page in egares:
            page.move(rubrique, pos="last-child")
            rubrique.refresh_from_db()
