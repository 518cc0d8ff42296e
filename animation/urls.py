"""Addresses of animation: the console. Communities' pages are Wagtail's."""

from django.urls import path

from animation import views

app_name = "animation"
# `genre` is matching's converter, registered by `matching.urls`, which the project includes first.
urlpatterns = [
    path("", views.console, name="console"),
    path("<genre:genre>/<uuid:annonce>/", views.annonce, name="annonce"),
    path("<genre:genre>/<uuid:annonce>/masquer/", views.masquer, name="masquer"),
    path(
        "<genre:genre>/<uuid:annonce>/remettre-en-ligne/", views.remettre_en_ligne, name="remettre_en_ligne"
    ),
]
