"""Addresses of messagerie."""

from django.urls import URLPattern, path

from messagerie.views import (
    conversations,
    coordonnees,
    courriels,
    moderation,
    notifications,
    options,
    pieces,
    push,
    recherche,
)

app_name = "messagerie"
urlpatterns: list[URLPattern] = [
    path("messages/", conversations.conversations, name="conversations"),
    path("messages/ouvriere.js", push.ouvriere, name="ouvriere"),
    path("messages/recherche/", recherche.recherche, name="recherche"),
    path("messages/signalements/", moderation.signalements, name="signalements"),
    path("messages/<uuid:conversation>/", conversations.conversation, name="conversation"),
    path("messages/<uuid:conversation>/depuis/", conversations.depuis, name="depuis"),
    path("messages/<uuid:conversation>/lu/", conversations.lu, name="lu"),
    path("messages/<uuid:conversation>/options/", options.options, name="options"),
    path("messages/<uuid:conversation>/voix/", options.voix, name="voix"),
    path("messages/<uuid:conversation>/sourdine/", options.sourdine, name="sourdine"),
    path("messages/<uuid:conversation>/archiver/", options.archiver, name="archiver"),
    path("messages/<uuid:conversation>/quitter/", options.quitter, name="quitter"),
    path("messages/<uuid:conversation>/rappeler/", options.rappeler, name="rappeler"),
    path("messages/<uuid:conversation>/coordonnees/", coordonnees.partager, name="partager_coordonnees"),
    path(
        "messages/<uuid:conversation>/<int:numero>/coordonnees/retirer/",
        coordonnees.retirer,
        name="retirer_coordonnees",
    ),
    path("messages/<uuid:conversation>/<int:numero>/signaler/", moderation.signaler, name="signaler"),
    path("messages/<uuid:conversation>/bloquer/<uuid:entreprise>/", moderation.bloquer, name="bloquer"),
    path("messages/<uuid:conversation>/inviter/", moderation.inviter, name="inviter_animation"),
    path(
        "messages/<uuid:conversation>/raccompagner/", moderation.raccompagner, name="raccompagner_animation"
    ),
    path("messages/<uuid:conversation>/pieces/<uuid:piece>/", pieces.piece, name="piece"),
    path("courriels/entrants/", courriels.entrants, name="courriels_entrants"),
    path("echanges/<uuid:echange>/messages/", conversations.de_echange, name="de_echange"),
    path("echanges/<uuid:echange>/messages/revenir/", options.revenir, name="revenir"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/tout-lire/", notifications.tout_lire, name="tout_lire"),
    path("notifications/appareil/", push.abonner, name="abonner_push"),
    path("notifications/reglages/", notifications.reglages, name="reglages_notifications"),
    path("notifications/<uuid:notification>/ouvrir/", notifications.ouvrir, name="ouvrir_notification"),
    path("notifications/desabonnement/<str:jeton>/", notifications.desabonner, name="desabonner"),
]
