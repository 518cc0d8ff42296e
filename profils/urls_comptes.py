"""Addresses of sign-in, under allauth's names: only the screens we use, so no password page exists."""

from django.urls import path

from profils import views_comptes as vues
from profils import views_second_facteur as telephone

urlpatterns = [
    path("connexion/", vues.VueConnexion.as_view(), name="account_login"),
    path("connexion/", vues.VueConnexion.as_view(), name="account_request_login_code"),
    path("connexion/code/", vues.VueCode.as_view(), name="account_confirm_login_code"),
    path("inscription/", vues.VersConnexion.as_view(), name="account_signup"),
    path("second-facteur/", telephone.second_facteur, name="mfa_activate_totp"),
    path("second-facteur/entrer/", telephone.VueSecondFacteur.as_view(), name="mfa_authenticate"),
    path("second-facteur/codes/", telephone.codes_de_secours, name="codes_de_secours"),
    path("deconnexion/", vues.VueDeconnexion.as_view(), name="account_logout"),
]
