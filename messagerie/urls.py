"""Addresses of messagerie."""

from django.urls import URLPattern, path

from messagerie.views import conversations, notifications

app_name = "messagerie"
urlpatterns: list[URLPattern] = [
    path("messages/", conversations.conversations, name="conversations"),
    path("messages/<uuid:conversation>/", conversations.conversation, name="conversation"),
    path("messages/<uuid:conversation>/depuis/", conversations.depuis, name="depuis"),
    path("messages/<uuid:conversation>/lu/", conversations.lu, name="lu"),
    path("echanges/<uuid:echange>/messages/", conversations.de_echange, name="de_echange"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/tout-lire/", notifications.tout_lire, name="tout_lire"),
    path("notifications/reglages/", notifications.reglages, name="reglages_notifications"),
    path("notifications/<uuid:notification>/ouvrir/", notifications.ouvrir, name="ouvrir_notification"),
    path("notifications/desabonnement/<str:jeton>/", notifications.desabonner, name="desabonner"),
]
