"""Where a page stands: in the part of the tree of one community, or in the country's."""

from __future__ import annotations

from wagtail.models import Page

from territoires.models import Territoire

PROFONDEUR_COMMUNAUTE = 4  # root, home, list, community


def territoire_de(page: Page | None) -> Territoire | None:
    """Return the territoire whose part of the tree this page is in: one query, the first time it is asked.

    A page not saved yet has its place as soon as Wagtail previews it.
    """
    if page is None or (page.depth or 0) < PROFONDEUR_COMMUNAUTE:
        return None
    if hasattr(page, "territoire_id"):  # the home itself
        return page.territoire  # type: ignore[no-any-return]
    if not hasattr(page, "territoire_lu"):
        accueil = page.path[: PROFONDEUR_COMMUNAUTE * Page.steplen]
        page.territoire_lu = Territoire.objects.filter(page__path=accueil).first()
    trouve: Territoire | None = page.territoire_lu
    return trouve
