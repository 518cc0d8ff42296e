"""Feeds of a community, Atom and RSS: its newest listings, its newest pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from heapq import nlargest
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.text import Truncator
from wagtail.models import Page

from animation.models import AccueilTerritoire
from echange.socle.masquage import masquer_coordonnees
from matching.models import Annonce, Besoin, SavoirFaire
from matching.presentation.annonces import FicheAnnonce

ENTREES = 20
DUREE = 600  # seconds that a reader's machine may keep it
# What an entry says, and no more: a place is a hundred microseconds of GEOS, and there are forty.
DITS_D_UNE_ANNONCE = ("uuid", "texte", "publie_le", "entreprise__nom", "commune__nom", "competence__titre")
DITS_D_UNE_COMMUNAUTE = ("title", "slug", "url_path", "accroche", "territoire")


class _Flux(Feed):  # type: ignore[type-arg]  # Django has no types to give at run time
    """A feed of an open community; any other is a 404. Addresses are those of `ADRESSE_DU_SITE`."""

    feed_type: type[Any] = Atom1Feed
    language = "fr"
    quoi: str
    nom_de_vue: str

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reponse = super().__call__(request, *args, **kwargs)
        reponse["Cache-Control"] = f"public, max-age={DUREE}"
        return reponse

    def get_object(self, request: HttpRequest, code: str) -> AccueilTerritoire:
        trouve: AccueilTerritoire = get_object_or_404(
            AccueilTerritoire.objects.ouvertes().select_related(None).only(*DITS_D_UNE_COMMUNAUTE),
            territoire__code=code,
        )
        return trouve

    def title(self, communaute: AccueilTerritoire) -> str:
        return f"{communaute.title}\u00a0: {self.quoi}"

    def subtitle(self, communaute: AccueilTerritoire) -> str:
        return communaute.accroche

    description = subtitle

    def link(self, communaute: AccueilTerritoire) -> str:
        return f"{settings.ADRESSE_DU_SITE}{communaute.get_url_parts()[2]}"

    def feed_url(self, communaute: AccueilTerritoire) -> str:
        return f"{settings.ADRESSE_DU_SITE}{reverse(self.nom_de_vue, args=[communaute.slug])}"


class FluxAnnonces(_Flux):
    """What companies have just published, their contact details masked as on the pages."""

    quoi = "annonces récentes"
    nom_de_vue = "lecture:annonces_atom"

    def items(self, communaute: AccueilTerritoire) -> Sequence[Annonce]:
        recentes = [
            annonce
            for modele in (Besoin, SavoirFaire)
            for annonce in modele.objects.publiees()
            .filter(commune__territoire=communaute.territoire_id)
            .select_related("entreprise", "commune", "competence")
            .only(*DITS_D_UNE_ANNONCE)
            .order_by("-publie_le", "-pk")[:ENTREES]
        ]
        return nlargest(ENTREES, recentes, key=lambda annonce: annonce.publie_le)

    def item_title(self, item: Any) -> str:
        verbe = "cherche" if item.est_besoin else "sait faire"
        return f"{item.entreprise.nom} {verbe}\u00a0: {item.competence.titre}"

    def item_description(self, item: Any) -> str:
        return f"{masquer_coordonnees(item.texte)} ({item.commune.nom})"

    def item_link(self, item: Annonce) -> str:
        return f"{settings.ADRESSE_DU_SITE}{FicheAnnonce(item).url}"

    def item_pubdate(self, item: Annonce) -> datetime | None:
        return item.publie_le


class FluxAnnoncesRss(FluxAnnonces):
    feed_type = Rss201rev2Feed
    nom_de_vue = "lecture:annonces_rss"


class FluxPages(_Flux):
    """The pages that its team has just published: guides, témoignages, events."""

    quoi = "pages récentes"
    nom_de_vue = "lecture:pages_atom"

    def items(self, communaute: AccueilTerritoire) -> Any:
        pages = Page.objects.descendant_of(communaute).live().public()
        return pages.order_by("-first_published_at", "-pk").specific()[:ENTREES]

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        propre = getattr(item, "accroche", "") or getattr(item, "texte", "")
        return Truncator(item.search_description or str(propre)).chars(300)

    def item_link(self, item: Page) -> str:
        return f"{settings.ADRESSE_DU_SITE}{item.get_url_parts()[2]}"

    def item_pubdate(self, item: Page) -> datetime | None:
        publiee: datetime | None = item.first_published_at
        return publiee

    def item_updateddate(self, item: Page) -> datetime | None:
        publiee: datetime | None = item.last_published_at
        return publiee


class FluxPagesRss(FluxPages):
    feed_type = Rss201rev2Feed
    nom_de_vue = "lecture:pages_rss"
