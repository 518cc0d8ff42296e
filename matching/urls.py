"""Addresses of matching."""

from django.urls import URLPattern, path

from matching import converters  # noqa: F401  `<genre:…>`
from matching.views import (
    accords,
    annonces,
    attentes,
    bilans,
    demandes,
    documents,
    echanges,
    pistes,
    prolongation,
    publication,
    rapprochements,
    recherche,
    seances,
    tableau,
)

app_name = "matching"
urlpatterns: list[URLPattern] = [
    path("tableau/", tableau.tableau, name="tableau"),
    path("recherche/", recherche.recherche, name="recherche"),
    path("competences/suggestions/", publication.suggestions, name="suggestions"),
    path("besoins/publier/", publication.publier_besoin, name="publier_besoin"),
    path("savoir-faire/publier/", publication.publier_savoir_faire, name="publier_savoir_faire"),
    path("savoir-faire/trouver/", pistes.trouver_savoir_faire, name="trouver_savoir_faire"),
    path("annonces/", annonces.mes_annonces, name="mes_annonces"),
    path("annonces/prolonger/<str:jeton>/", prolongation.prolonger, name="prolonger"),
    path("annonces/attentes/<uuid:attente>/", attentes.attente, name="attente"),
    path("annonces/attentes/<uuid:attente>/retirer/", attentes.abandonner_attente, name="abandonner_attente"),
    path("besoins/<uuid:annonce>/", annonces.besoin, name="besoin"),
    path("savoir-faire/<uuid:annonce>/", annonces.savoir_faire, name="savoir_faire"),
    path("<genre:genre>/<uuid:annonce>/modifier/", publication.modifier_annonce, name="modifier_annonce"),
    path("<genre:genre>/<uuid:annonce>/pause/", annonces.mettre_en_pause, name="mettre_en_pause"),
    path("<genre:genre>/<uuid:annonce>/reprendre/", annonces.reprendre, name="reprendre"),
    path("<genre:genre>/<uuid:annonce>/retirer/", annonces.retirer, name="retirer"),
    path("rapprochements/", rapprochements.rapprochements, name="rapprochements"),
    path(
        "besoins/<uuid:annonce>/rapprochements/",
        rapprochements.rapprochements_du_besoin,
        name="rapprochements_du_besoin",
    ),
    path("besoins/<uuid:annonce>/demander/", demandes.demander, name="demander"),
    path("demandes/<uuid:demande>/", demandes.demande, name="demande"),
    path("demandes/<uuid:demande>/arreter/", demandes.arreter, name="arreter_demande"),
    path("echanges/", echanges.mes_echanges, name="mes_echanges"),
    path("echanges/proposer/", echanges.proposer, name="proposer"),
    path("echanges/<uuid:echange>/", echanges.echange, name="echange"),
    path("echanges/<uuid:echange>/accepter/", echanges.accepter, name="accepter"),
    path("echanges/<uuid:echange>/decliner/", echanges.decliner, name="decliner"),
    path("echanges/<uuid:echange>/annuler/", echanges.annuler, name="annuler"),
    path("echanges/<uuid:echange>/dons/<int:rang>/", echanges.dire, name="dire"),
    path("echanges/<uuid:echange>/renoncer/", echanges.renoncer, name="renoncer"),
    path("echanges/<uuid:echange>/bilan/", bilans.bilan, name="bilan"),
    path("bilans/<str:jeton>/", bilans.repondre, name="repondre_bilan"),
    path("temoignages/<str:jeton>/retirer/", bilans.retirer, name="retirer_temoignage"),
    path("echanges/<uuid:echange>/apports/<int:rang>/accord/", accords.accord, name="accord"),
    path(
        "echanges/<uuid:echange>/apports/<int:rang>/accord/accepter/",
        accords.accepter_accord,
        name="accepter_accord",
    ),
    path(
        "echanges/<uuid:echange>/apports/<int:rang>/seance/", seances.proposer_seance, name="proposer_seance"
    ),
    path("echanges/<uuid:echange>/fiche/", documents.valeurs, name="valeurs"),
    path("echanges/<uuid:echange>/fiche.pdf", documents.fiche_pdf, name="fiche_pdf"),
    path("seances/<uuid:seance>/agenda.ics", documents.agenda_seance, name="agenda_seance"),
    path("seances/<uuid:seance>/choisir/", seances.choisir_date, name="choisir_date"),
    path("seances/<uuid:seance>/maintenir/", seances.maintenir_seance, name="maintenir_seance"),
    path("seances/<uuid:seance>/annuler/", seances.annuler_seance, name="annuler_seance"),
]
