"""Receive a letter, or not any more. Letters themselves are Wagtail's pages."""

from django.urls import path

from animation import views_abonnements

app_name = "lettres"
urlpatterns = [
    path("", views_abonnements.abonnements, name="abonnements"),
    path("demander/", views_abonnements.demander, name="demander"),
    path("lien/<str:jeton>/", views_abonnements.abonnement, name="abonnement"),
]
