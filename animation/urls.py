"""Addresses of animation: the console. Communities' pages are Wagtail's."""

from django.urls import path

from animation import (
    views,
    views_bilans,
    views_competences,
    views_demandes,
    views_essais,
    views_evenements,
    views_fermeture,
    views_mots,
    views_rapprochements,
    views_signalements,
    views_tours,
)

app_name = "animation"
# `genre` is matching's converter, registered by `matching.urls`, which the project includes first.
urlpatterns = [
    path("", views.console, name="console"),
    path("bilans/", views_bilans.bilans, name="bilans"),
    path("bilans/export.csv", views_bilans.exporter, name="exporter_bilans"),
    path("signalements/", views_signalements.signalements, name="signalements"),
    path("signalements/<uuid:signalement>/", views_signalements.signalement, name="signalement"),
    path("signalements/<uuid:signalement>/prendre/", views_signalements.prendre, name="prendre_signalement"),
    path("tours/", views_tours.tours, name="tours"),
    path("tours/<uuid:tour>/", views_tours.tour, name="tour"),
    path("tours/<uuid:tour>/avancement/", views_tours.avancement, name="avancement"),
    path("tours/<uuid:tour>/arreter/", views_tours.arreter, name="arreter_tour"),
    path("tours/<uuid:tour>/recalculer/", views_tours.recalculer, name="recalculer_tour"),
    path("tours/<uuid:tour>/consigner/", views_tours.consigner, name="consigner"),
    path("tours/<uuid:tour>/lever/", views_tours.lever, name="lever_consigne"),
    path("tours/<uuid:tour>/envoyer/", views_tours.envoyer, name="envoyer_tour"),
    path("tours/<uuid:tour>/imprimer/", views_tours.imprimer, name="imprimer_tour"),
    path("tours/<uuid:tour>/export.csv", views_tours.exporter, name="exporter_tour"),
    path("entreprises/<uuid:entreprise>/essais/", views_essais.essais, name="essais"),
    path(
        "entreprises/<uuid:entreprise>/rapprochements/",
        views_rapprochements.rapprochements,
        name="rapprochements",
    ),
    path("entreprises/<uuid:entreprise>/fermer/", views_fermeture.fermer, name="fermer_entreprise"),
    path("entreprises/<uuid:entreprise>/rouvrir/", views_fermeture.rouvrir, name="rouvrir_entreprise"),
    path("a-debloquer/", views_demandes.a_debloquer, name="a_debloquer"),
    path("demandes/<uuid:demande>/", views_demandes.demande, name="demande"),
    path("demandes/<uuid:demande>/vue/", views_demandes.voir, name="voir_demande"),
    path("demandes/<uuid:demande>/ecrire/", views_demandes.ecrire, name="ecrire_demande"),
    path(
        "demandes/<uuid:demande>/solliciter/<uuid:savoir_faire>/",
        views_demandes.solliciter,
        name="solliciter",
    ),
    path("agenda/", views_evenements.agenda, name="agenda"),
    path("agenda/<uuid:evenement>/", views_evenements.evenement, name="evenement"),
    path("agenda/<uuid:evenement>/imprimer/", views_evenements.imprimer, name="imprimer_evenement"),
    path("agenda/<uuid:evenement>/inscrits.csv", views_evenements.exporter, name="exporter_evenement"),
    path("agenda/<uuid:evenement>/inscrire/", views_evenements.ajouter, name="ajouter_inscription"),
    path("agenda/<uuid:evenement>/annuler/", views_evenements.annuler, name="annuler_evenement"),
    path("inscriptions/<uuid:inscription>/presence/", views_evenements.marquer, name="marquer_presence"),
    path("inscriptions/<uuid:inscription>/retirer/", views_evenements.desinscrire, name="desinscrire"),
    path("competences/", views_competences.competences, name="competences"),
    path("competences/nouvelle/", views_competences.nouvelle_competence, name="nouvelle_competence"),
    path("competences/historique/", views_competences.historique_arbre, name="historique_arbre"),
    path(
        "competences/historique/<uuid:changement>/annuler/",
        views_competences.annuler_changement,
        name="annuler_changement",
    ),
    path(
        "competences/export/competences.<slug:nom>", views_competences.exporter, name="exporter_competences"
    ),
    path("competences/themes/nouveau/", views_competences.nouveau_theme, name="nouveau_theme"),
    path("competences/themes/<slug:code>/", views_competences.theme, name="theme"),
    path("competences/code/<slug:code>/", views_competences.competence, name="competence"),
    path("competences/code/<slug:code>/fusionner/", views_competences.fusionner, name="fusionner_competence"),
    path("competences/code/<slug:code>/retirer/", views_competences.retirer, name="retirer_competence"),
    path("competences/code/<slug:code>/remettre/", views_competences.remettre, name="remettre_competence"),
    path("competences/code/<slug:code>/scinder/", views_competences.scinder, name="scinder_competence"),
    path("competences/code/<slug:code>/repartir/<slug:vers>/", views_competences.repartir, name="repartir"),
    path("mots/", views_mots.mots, name="mots"),
    path("mots/<uuid:mot>/", views_mots.mot, name="mot"),
    path("mots/<uuid:mot>/rattacher/", views_mots.rattacher_mot, name="rattacher_mot"),
    path("mots/<uuid:mot>/ecarter/", views_mots.ecarter_mot, name="ecarter_mot"),
    path("<genre:genre>/<uuid:annonce>/", views.annonce, name="annonce"),
    path("<genre:genre>/<uuid:annonce>/corriger/", views.corriger, name="corriger"),
    path("<genre:genre>/<uuid:annonce>/masquer/", views.masquer, name="masquer"),
    path(
        "<genre:genre>/<uuid:annonce>/remettre-en-ligne/", views.remettre_en_ligne, name="remettre_en_ligne"
    ),
]
