"""Addresses of the signed-in space."""

from django.urls import path

from profils import views, views_equipe

app_name = "profils"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("entreprise/", views.entreprise, name="entreprise"),
    path("entreprises/", views.entreprises, name="entreprises"),
    path("entreprises/inscrire/", views.inscrire_autre, name="inscrire_autre_entreprise"),
    path("entreprise/inscrire/", views.inscrire, name="inscrire_entreprise"),
    path("entreprise/pause/", views.pause, name="mettre_en_pause"),
    path("entreprise/reprise/", views.reprise, name="reprendre"),
    path("entreprise/fermer/", views.fermeture, name="fermer"),
    path("entreprise/rouvrir/", views.reouverture, name="rouvrir"),
    path("entreprise/quitter/", views.depart, name="quitter"),
    path("entreprise/<uuid:entreprise>/equipe/", views_equipe.equipe, name="equipe"),
    path("entreprise/<uuid:entreprise>/equipe/<int:membre>/retirer/", views_equipe.retirer, name="retirer"),
    path(
        "entreprise/<uuid:entreprise>/equipe/<uuid:invitation>/reprendre/",
        views_equipe.reprendre_invitation,
        name="reprendre_invitation",
    ),
    path("invitation/<str:jeton>/", views_equipe.invitation, name="invitation"),
]
