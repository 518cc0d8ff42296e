"""Addresses of sign-in, under allauth's names: only the screens we use, so no password page exists."""

from django.urls import path

from profils import views_comptes as vues

urlpatterns = [
    path("connexion/", vues.VueConnexion.as_view(), name="account_login"),
    path("connexion/", vues.VueConnexion.as_view(), name="account_request_login_code"),
    path("connexion/code/", vues.VueCode.as_view(), name="account_confirm_login_code"),
    path("inscription/", vues.VersConnexion.as_view(), name="account_signup"),
    path("deconnexion/", vues.VueDeconnexion.as_view(), name="account_logout"),
]
