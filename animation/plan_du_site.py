"""The site map: live pages of open communities and listings on line; nothing else is ever named there."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Q, QuerySet
from django.urls import reverse
from wagtail.models import Page

from animation.models import AccueilTerritoire
from matching.models import Annonce, Besoin, SavoirFaire

PAR_FICHIER = 10_000  # of the 50 000 that the format admits: one query, a few megabytes


def pages_publiques() -> Any:
    """Live pages, which anyone may read, without those of closed or withdrawn communities: two queries."""
    pages = Page.objects.live().filter(depth__gt=1)  # none may be private: see `PageOuverte`
    absentes = AccueilTerritoire.objects.filter(Q(territoire__est_ouvert=False) | Q(live=False))
    for absente in absentes.select_related(None).only("path"):
        pages = pages.not_descendant_of(absente, inclusive=True)
    return pages


class _Plan(Sitemap[Any]):
    """Addresses are those of `ADRESSE_DU_SITE`, whatever name the site was asked under."""

    limit = PAR_FICHIER

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.ADRESSE_DU_SITE).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.ADRESSE_DU_SITE).scheme

    def get_latest_lastmod(self) -> None:
        """Django would read every row to say when the latest changed."""


class PlanDesPages(_Plan):
    def items(self) -> Any:
        return pages_publiques().order_by("path")

    def location(self, item: Page) -> str:
        parties = item.get_url_parts()
        return parties[2] if parties else "/"

    def lastmod(self, item: Page) -> datetime | None:
        modifiee: datetime | None = item.last_published_at
        return modifiee


class _PlanDesAnnonces(_Plan):
    modele: type[Annonce]
    vue: str

    def items(self) -> QuerySet[Any]:
        return self.modele.objects.publiees().order_by("pk").only("uuid", "publie_le")

    def location(self, item: Annonce) -> str:
        return reverse(self.vue, args=[item.uuid])

    def lastmod(self, item: Annonce) -> datetime | None:
        return item.publie_le


class PlanDesBesoins(_PlanDesAnnonces):
    modele, vue = Besoin, "matching:besoin"


class PlanDesSavoirFaire(_PlanDesAnnonces):
    modele, vue = SavoirFaire, "matching:savoir_faire"


PLANS: dict[str, type[Sitemap[Any]]] = {
    "pages": PlanDesPages,
    "besoins": PlanDesBesoins,
    "savoir-faire": PlanDesSavoirFaire,
}
