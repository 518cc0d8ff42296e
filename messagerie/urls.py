"""Addresses of messagerie."""

from django.urls import URLPattern, path

from messagerie import views

app_name = "messagerie"
urlpatterns: list[URLPattern] = [
    path("messages/", views.conversations, name="conversations"),
    path("messages/<uuid:conversation>/", views.conversation, name="conversation"),
    path("messages/<uuid:conversation>/depuis/", views.depuis, name="depuis"),
    path("messages/<uuid:conversation>/lu/", views.lu, name="lu"),
    path("echanges/<uuid:echange>/messages/", views.de_echange, name="de_echange"),
]
