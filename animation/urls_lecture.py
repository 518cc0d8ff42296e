"""Addresses for readers and their machines: the site's search, feeds, the site map."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import views as plans
from django.urls import path
from django.views.decorators.cache import cache_control

from animation import flux
from animation.plan_du_site import PLANS
from animation.views_recherche import chercher_sur_le_site

app_name = "lecture"
HEURE = 60 * 60  # seconds

plan = login_not_required(cache_control(public=True, max_age=HEURE)(plans.sitemap))
index = login_not_required(cache_control(public=True, max_age=HEURE)(plans.index))

urlpatterns = [
    path("chercher/", chercher_sur_le_site, name="chercher"),
    path("sitemap.xml", index, {"sitemaps": PLANS, "sitemap_url_name": "lecture:plan"}, name="index"),
    path("sitemap-<slug:section>.xml", plan, {"sitemaps": PLANS}, name="plan"),
    path("flux/<slug:code>/annonces.atom", login_not_required(flux.FluxAnnonces()), name="annonces_atom"),
    path("flux/<slug:code>/annonces.rss", login_not_required(flux.FluxAnnoncesRss()), name="annonces_rss"),
    path("flux/<slug:code>/pages.atom", login_not_required(flux.FluxPages()), name="pages_atom"),
    path("flux/<slug:code>/pages.rss", login_not_required(flux.FluxPagesRss()), name="pages_rss"),
]
