"""The site's pages as visitors read them: Wagtail serves them, here they are found at once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from wagtail.models import Page, Site
from wagtail.views import serve

DUREE = 60  # seconds
AUCUN = "aucun"


@login_not_required
def servir(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a page found in two queries, however deep it is: its whole path is stored.

    What is not a page's whole path (a calendar, a feed below a page) goes down the tree, page by page.
    """
    site = _le_site()
    if site is not None:
        request._wagtail_site = site  # type: ignore[attr-defined]  # noqa: SLF001  where Wagtail keeps what it finds
        page = Page.objects.filter(url_path=f"{site.root_page.url_path}{path}").specific().first()
        if page is not None:
            request._wagtail_route_for_request = page.route(request, [])  # type: ignore[attr-defined]  # noqa: SLF001
    reponse: HttpResponseBase = serve(request, path)
    return reponse


def _le_site() -> Site | None:
    """The only site, under whatever name it is asked, read once a minute; None when there are several."""
    lu = cache.get("le_site")
    if lu is None:
        sites = list(Site.objects.select_related("root_page")[:2])
        lu = sites[0] if len(sites) == 1 else AUCUN
        cache.set("le_site", lu, DUREE)
    return None if lu == AUCUN else lu
