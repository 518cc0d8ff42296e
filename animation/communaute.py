"""Where a page stands: the pages above it, in the part of the tree of one community or in the country's."""

from __future__ import annotations

from wagtail.models import Page

from territoires.models import Territoire

RACINE = 2  # depth of the site's home
PROFONDEUR_COMMUNAUTE = 4  # root, home, list, community
PROFONDEUR_GUIDE_NATIONAL = 4  # root, home, shelf, guide: a community's own are deeper
CHAMPS = ("path", "depth", "title", "url_path")
TERRITOIRE = "accueilterritoire__territoire"


def au_dessus(page: Page) -> list[Page]:
    """Return the pages from the site's home down to this one, itself included: one query, the first time.

    Its community's home comes with its territoire: everything that asks where a page is asks this once.
    """
    if not hasattr(page, "au_dessus_lues"):
        lues = page.get_ancestors(inclusive=True).filter(depth__gte=RACINE).order_by("path")
        page.au_dessus_lues = list(lues.select_related(TERRITOIRE).only(*CHAMPS, TERRITOIRE))
    trouvees: list[Page] = page.au_dessus_lues
    return trouvees


def territoire_de(page: Page | None) -> Territoire | None:
    """Return the territoire whose part of the tree this page is in, None above them all: `au_dessus`.

    A page not saved yet has its place as soon as Wagtail previews it.
    """
    if page is None or (page.depth or 0) < PROFONDEUR_COMMUNAUTE:
        return None
    if hasattr(page, "territoire_id"):  # the home itself
        return page.territoire  # type: ignore[no-any-return]
    accueil = next((p for p in au_dessus(page) if p.depth == PROFONDEUR_COMMUNAUTE), None)
    communaute = getattr(accueil, "accueilterritoire", None)
    return communaute and communaute.territoire
