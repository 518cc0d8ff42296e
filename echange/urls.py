"""Addresses of the whole site: ours first, then Wagtail's pages."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as pages_urls
from wagtail.admin import urls as cms_urls
from wagtail.documents.views.serve import serve as servir_document

from animation.avis_commentaires import confier_les_commentaires
from animation.avis_relecture import taire_les_courriels_de_wagtail
from animation.cms import garder
from animation.compte_cms import ne_demander_que_ce_qui_sert
from animation.views_pages import servir
from echange.socle import exploitation
from echange.socle.views import composants

# Wagtail's own sign-in and password pages; ours is /compte/connexion/.
vers_connexion = login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True))

confier_les_commentaires()
taire_les_courriels_de_wagtail()  # here every application is ready
ne_demander_que_ce_qui_sert()

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/", exploitation.sante, name="sante"),
    path("robots.txt", exploitation.robots, name="robots"),
    path("favicon.ico", exploitation.favicon, name="favicon"),
    path("compte/", include("profils.urls_comptes")),
    path("demo/", include("profils.urls_demo")),
    path("espace/", include("profils.urls")),
    path("territoires/", include("territoires.urls")),
    path("", include("matching.urls")),
    path("", include("messagerie.urls")),
    path("animation/", include("animation.urls")),
    path("agenda/", include("animation.urls_agenda")),
    path("abonnements/", include("animation.urls_lettres")),
    path("", include("animation.urls_lecture")),
    path("cms/login/", vers_connexion),
    path("cms/", include(garder(cms_urls.urlpatterns))),
    re_path(r"^documents/(\d+)/(.*)$", login_not_required(servir_document), name="wagtaildocs_serve"),
]

if settings.MODE in ("demo", "test"):  # in production the web server in front does it
    medias = {"document_root": settings.MEDIA_ROOT}
    urlpatterns.append(path("media/<path:path>", login_not_required(serve), medias, name="medias"))
    urlpatterns.append(path("demo/composants/", composants, name="composants"))

urlpatterns += [
    path("_util/login/", vers_connexion, name="wagtailcore_login"),
    re_path(pages_urls.serve_pattern, servir, name="wagtail_serve"),
]
