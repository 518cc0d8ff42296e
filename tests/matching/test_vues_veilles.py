"""« Prévenez-moi », from an empty search to the list of one's veilles, and from a mail."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matching.models import Genre, StatutVeille, Veille
from matching.veilles import ARRETER, PROLONGER, creer_jeton
from profils.models import Entreprise, Secteur, Utilisateur
from profils.views import suite_de
from tests.matching.scenes import demander, guetter

pytestmark = pytest.mark.django_db

CREER = reverse("matching:creer_veille")
VEILLES = reverse("matching:mes_veilles")
RECHERCHE = reverse("matching:recherche")
CHERCHE = {"texte": "un site internet", "commune": "Rennes", "rayon": "10"}


def remplir(**champs: Any) -> dict[str, Any]:
    return {
        "cherche": "savoir-faire",
        "texte": "un site pour ma boutique",
        "competence": "site-vitrine",
        "commune": "Rennes",
        "rayon_km": "20",
        **champs,
    }


def test_une_recherche_vide_mene_a_une_veille_remplie(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    navigateur = client_de(boulangere)
    url = navigateur.get(RECHERCHE, CHERCHE).context["url_veille"]
    page = navigateur.get(url)
    formulaire = page.context["formulaire"]
    assert formulaire["texte"].value() == "un site internet"
    assert formulaire["competence"].value() == "site-vitrine"
    assert formulaire["rayon_km"].value() == 10
    assert "un site internet" in page.content.decode()
    assert not Veille.objects.exists()  # looking keeps nothing


def test_une_visiteuse_garde_ses_mots_jusqu_a_la_veille(client: Client, client_de: Any, db: None) -> None:
    url = client.get(RECHERCHE, CHERCHE).context["url_veille"]
    assert urlsplit(url).path == reverse("account_login")
    suite = parse_qs(urlsplit(url).query)["next"][0]
    nouvelle = Utilisateur.objects.create_user("nouvelle@exemple.fr")
    navigateur = client_de(nouvelle)
    inscription = navigateur.get(suite)["Location"]  # signed in, without a company yet
    reponse = navigateur.post(
        inscription,
        {
            "prenom": "Nora",
            "nom": "Chez Nora",
            "est_en_creation": "on",
            "secteur": Secteur.objects.create(code="boulangerie", nom="Boulangerie").pk,
            "taille": "0",
            "commune": "Rennes",
        },
    )
    assert reponse.status_code == 302, reponse.context["formulaire"].errors
    assert reponse["Location"] == suite


@pytest.mark.parametrize("suite", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_la_suite_ne_mene_jamais_ailleurs(suite: str) -> None:
    assert suite_de(RequestFactory().get("/", {"suite": suite})) == ""


def test_publier_la_veille_puis_la_gerer(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    navigateur = client_de(boulangere)
    reponse = navigateur.post(CREER, remplir(), follow=True)
    assert reponse.redirect_chain == [(VEILLES, 302)]
    veille = Veille.objects.get()
    page = reponse.content.decode()
    assert "un site pour ma boutique" in page
    for nom, statut in (
        ("mettre_en_pause_veille", StatutVeille.EN_PAUSE),
        ("reprendre_veille", StatutVeille.ACTIVE),
        ("retirer_veille", StatutVeille.RETIREE),
        ("retablir_veille", StatutVeille.ACTIVE),
    ):
        navigateur.post(reverse(f"matching:{nom}", args=[veille.uuid]))
        veille.refresh_from_db()
        assert veille.statut == statut
    modifier = reverse("matching:modifier_veille", args=[veille.uuid])
    navigateur.post(modifier, remplir(rayon_km="50", cherche="besoin"))
    veille.refresh_from_db()
    assert (veille.rayon_km, veille.cherche) == (50, Genre.BESOIN)


@pytest.mark.parametrize(
    ("champs", "fautif"),
    [
        ({"texte": "", "competence": ""}, "texte"),
        ({"texte": "a" * 201}, "texte"),
        ({"texte": "a\x00b"}, "texte"),
        ({"competence": "nulle-part"}, "competence"),
        ({"commune": "Nullepart-les-Bains"}, "commune"),
        ({"rayon_km": "7"}, "rayon_km"),
        ({"cherche": "autre-chose"}, "cherche"),
    ],
)
def test_de_mauvaises_reponses_sont_dites_au_champ(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, champs: dict[str, Any], fautif: str
) -> None:
    reponse = client_de(boulangere).post(CREER, remplir(**champs))
    assert reponse.status_code == 422
    assert fautif in reponse.context["formulaire"].errors
    assert not Veille.objects.exists()


@pytest.mark.parametrize(
    "requete", ["competence=%00", "commune=%00", "rayon_km=x", "texte=%3Cb%3E", "cherche=x"]
)
def test_une_adresse_forgee_n_amorce_rien_de_mal(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, requete: str
) -> None:
    page = client_de(boulangere).get(f"{CREER}?{requete}")
    assert page.status_code == 200
    assert "<b>" not in page.content.decode()
    assert page.context["formulaire"]["commune"].value().code == boulangerie.commune_id


def test_la_veille_d_une_autre_est_introuvable(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, intruse: Utilisateur
) -> None:
    veille = guetter(boulangere, boulangerie, "site-vitrine")
    navigateur = client_de(intruse)
    assert navigateur.get(reverse("matching:modifier_veille", args=[veille.uuid])).status_code == 404
    assert "site vitrine" not in navigateur.get(VEILLES).content.decode()


def test_ouvrir_le_lien_d_un_courriel_n_arrete_rien(
    client: Client, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    veille = guetter(boulangere, boulangerie, "site-vitrine")
    url = reverse("matching:arreter_veille", args=[creer_jeton(veille, ARRETER)])
    assert "Arrêter cette veille" in client.get(url).content.decode()
    veille.refresh_from_db()
    assert veille.statut == StatutVeille.ACTIVE
    for _ in range(2):
        assert "Cette veille est arrêtée" in client.post(url).content.decode()
    veille.refresh_from_db()
    assert veille.statut == StatutVeille.RETIREE


def test_le_lien_d_un_acte_ne_sert_pas_a_l_autre(
    client: Client, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    veille = guetter(boulangere, boulangerie, "site-vitrine")
    for nom, sel in (("arreter_veille", PROLONGER), ("prolonger_veille", ARRETER)):
        assert client.get(reverse(f"matching:{nom}", args=[creer_jeton(veille, sel)])).status_code == 404
    assert client.get(reverse("matching:arreter_veille", args=["nimporte-quoi"])).status_code == 404


def test_rien_pour_son_besoin_mene_a_une_veille_plus_large(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    demander(boulangerie, "instagram", rayon_km=20)
    navigateur = client_de(boulangere)
    page = navigateur.get(reverse("matching:rapprochements")).content.decode()
    assert "Prévenez-moi" in page
    assert "rayon_km=30" in page


def test_autant_de_requetes_pour_deux_veilles_que_pour_dix(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    navigateur = client_de(boulangere)
    for numero in range(2):
        guetter(boulangere, boulangerie, texte=f"texte {numero}")
    with CaptureQueriesContext(connection) as deux:
        navigateur.get(VEILLES)
    for numero in range(2, 10):
        guetter(boulangere, boulangerie, texte=f"texte {numero}")
    with CaptureQueriesContext(connection) as dix:
        navigateur.get(VEILLES)
    assert len(deux) == len(dix)
