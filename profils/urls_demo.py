"""Addresses of the demonstration: they answer 404 in any other mode."""

from django.urls import path

from echange.socle import demo
from profils import views_demo

app_name = "demo"
urlpatterns = [
    path("", views_demo.comptes, name="comptes"),
    path("entrer/", views_demo.entrer, name="entrer"),
    path("courriels/", demo.courriels, name="courriels"),
    path("courriels/<str:cle>/", demo.courriel, name="courriel"),
    path("courriels/<str:cle>/repondre/", demo.repondre, name="repondre"),
]
