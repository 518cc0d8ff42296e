"""What a page says of where it stands, to search engines and in its breadcrumb; and an hour in words."""

from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from django import template
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail.models import Page

from animation.communaute import RACINE, au_dessus
from animation.donnees_structurees import en_balise, fil
from matching.presentation.dates import dire_rendez_vous

register = template.Library()


@register.filter
def communaute(page: Page) -> str:
    """Return the title of the community's home above this page, empty for a national one."""
    return next((p.title for p in au_dessus(page) if hasattr(p, "accueilterritoire")), "")


@register.simple_tag(takes_context=True)
def donnees_structurees(context: dict[str, Any], page: Page) -> SafeString:
    """Return the trail and what the page's own type says of it: at most one query."""
    request: HttpRequest = context["request"]
    adresse = page.get_url(request) or request.path
    toutes = [fil(_etapes(page, request, adresse))] if page.depth > RACINE else []
    if hasattr(page, "donnees_structurees"):
        toutes += page.donnees_structurees(adresse)
    nonce = str(getattr(request, "csp_nonce", ""))
    return format_html_join("\n", "{}", ((en_balise(donnees, nonce),) for donnees in toutes))


def _etapes(page: Page, request: HttpRequest, adresse: str) -> list[tuple[str, str]]:
    """The page's own trail (`fil`, addresses relative to it) when it knows it; else read from the tree."""
    if hasattr(page, "fil"):
        return [(nom, urljoin(adresse, chemin)) for nom, chemin in page.fil()]
    return [(p.title, p.get_url(request) or "/") for p in au_dessus(page)]


@register.filter
def rendez_vous(instant: datetime) -> str:
    """Return « jeudi 3 décembre à 14 h », in Paris."""
    return dire_rendez_vous(instant)
