"""Addresses of the signed-in space."""

from django.urls import path

from profils import views

app_name = "profils"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("entreprise/", views.entreprise, name="entreprise"),
    path("entreprise/inscrire/", views.inscrire, name="inscrire_entreprise"),
    path("entreprise/pause/", views.pause, name="mettre_en_pause"),
    path("entreprise/reprise/", views.reprise, name="reprendre"),
    path("entreprise/fermer/", views.fermeture, name="fermer"),
    path("entreprise/rouvrir/", views.reouverture, name="rouvrir"),
    path("entreprise/quitter/", views.depart, name="quitter"),
]
