"""Public addresses of the agenda: register, one's registration, calendars. Events' pages are Wagtail's."""

from django.urls import path

from animation import views_agenda

app_name = "agenda"
urlpatterns = [
    path("<slug:code>.ics", views_agenda.agenda_ics, name="agenda_ics"),
    path("mes-inscriptions/", views_agenda.mes_inscriptions, name="mes_inscriptions"),
    path(
        "mes-inscriptions/<uuid:inscription>/annuler/",
        views_agenda.annuler_la_mienne,
        name="annuler_la_mienne",
    ),
    path("inscription/<str:jeton>/", views_agenda.inscription, name="inscription"),
    path("inscription/<str:jeton>/annuler/", views_agenda.annuler_inscription, name="annuler_inscription"),
    path("inscription/<str:jeton>/rendez-vous.ics", views_agenda.inscription_ics, name="inscription_ics"),
    path("<uuid:evenement>/rendez-vous.ics", views_agenda.evenement_ics, name="evenement_ics"),
    path("<uuid:evenement>/inscription/", views_agenda.inscrire, name="inscrire"),
]
