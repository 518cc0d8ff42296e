"""Addresses of animation: the console. Communities' pages are Wagtail's."""

from django.urls import path

from animation import views, views_essais, views_rapprochements, views_tours

app_name = "animation"
# `genre` is matching's converter, registered by `matching.urls`, which the project includes first.
urlpatterns = [
    path("", views.console, name="console"),
    path("tours/", views_tours.tours, name="tours"),
    path("tours/<uuid:tour>/", views_tours.tour, name="tour"),
    path("tours/<uuid:tour>/avancement/", views_tours.avancement, name="avancement"),
    path("tours/<uuid:tour>/arreter/", views_tours.arreter, name="arreter_tour"),
    path("tours/<uuid:tour>/recalculer/", views_tours.recalculer, name="recalculer_tour"),
    path("tours/<uuid:tour>/consigner/", views_tours.consigner, name="consigner"),
    path("tours/<uuid:tour>/lever/", views_tours.lever, name="lever_consigne"),
    path("tours/<uuid:tour>/envoyer/", views_tours.envoyer, name="envoyer_tour"),
    path("tours/<uuid:tour>/imprimer/", views_tours.imprimer, name="imprimer_tour"),
    path("tours/<uuid:tour>/export.csv", views_tours.exporter, name="exporter_tour"),
    path("entreprises/<uuid:entreprise>/essais/", views_essais.essais, name="essais"),
    path(
        "entreprises/<uuid:entreprise>/rapprochements/",
        views_rapprochements.rapprochements,
        name="rapprochements",
    ),
    path("<genre:genre>/<uuid:annonce>/", views.annonce, name="annonce"),
    path("<genre:genre>/<uuid:annonce>/masquer/", views.masquer, name="masquer"),
    path(
        "<genre:genre>/<uuid:annonce>/remettre-en-ligne/", views.remettre_en_ligne, name="remettre_en_ligne"
    ),
]
