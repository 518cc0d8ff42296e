"""The signed-in space: where one lands, and the company's form with everything people may type in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from echange.socle.templatetags.francais import jour
from profils.models import Entreprise, Secteur, Utilisateur
from tests import fabriques

pytestmark = pytest.mark.django_db
ClientDe = Callable[[Utilisateur], Client]

ACCUEIL = "/espace/"
INSCRIRE = "/espace/entreprise/inscrire/"
ENTREPRISE = "/espace/entreprise/"
PAUSE = "/espace/entreprise/pause/"
REPRISE = "/espace/entreprise/reprise/"
SIRET = "73282932000074"


@pytest.fixture
def saisie() -> dict[str, Any]:
    """What a baker of Rennes types on her phone."""
    Secteur.objects.get_or_create(code="boulangerie", defaults={"nom": "Boulangerie, pâtisserie"})
    return {
        "prenom": "Alice",
        "nom": "Boulangerie du Marché",
        "siret": "732 829 320 00074",
        "secteur": "boulangerie",
        "taille": "1-9",
        "commune": "rennes",
        "adresse": "3 place des Lices",
    }


@pytest.mark.parametrize("chemin", [ACCUEIL, INSCRIRE, ENTREPRISE, PAUSE, REPRISE])
def test_une_anonyme_est_menee_a_la_connexion(client: Client, chemin: str) -> None:
    for reponse in (client.get(chemin), client.post(chemin)):
        assert reponse.status_code == 302
        assert reponse.headers["Location"] == f"/compte/connexion/?next={chemin}"


def test_l_accueil_mene_chacune_ou_est_son_travail(
    client_de: ClientDe,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    fleuriste: Utilisateur,
    animatrice: Utilisateur,
    referente: Utilisateur,
) -> None:
    attendus = {
        boulangere: reverse("matching:tableau"),
        fleuriste: INSCRIRE,
        animatrice: reverse("animation:console"),
        referente: reverse("animation:console"),
    }
    for utilisateur, attendu in attendus.items():
        assert client_de(utilisateur).get(ACCUEIL).headers["Location"] == attendu


def test_une_animatrice_qui_a_une_entreprise_y_arrive(client_de: ClientDe, animatrice: Utilisateur) -> None:
    fabriques.creer_entreprise("Atelier d’Anna", membre=animatrice)
    assert client_de(animatrice).get(ACCUEIL).headers["Location"] == reverse("matching:tableau")


def test_inscrire_son_entreprise_en_un_ecran(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    client = client_de(boulangere)
    page = client.get(INSCRIRE).content.decode()
    assert (
        "Votre adresse exacte n’est montrée qu’aux entreprises avec qui vous avez conclu un échange." in page
    )
    reponse = client.post(INSCRIRE, saisie | {"prenom": "Aline"})
    assert reponse.headers["Location"] == ACCUEIL
    entreprise = Entreprise.objects.get()
    assert (entreprise.nom, entreprise.siret, entreprise.commune_id) == (
        "Boulangerie du Marché",
        SIRET,
        "35238",
    )
    assert not entreprise.est_en_creation
    assert entreprise.membres.get().utilisateur == boulangere
    boulangere.refresh_from_db()
    assert boulangere.first_name == "Aline"


def test_une_entreprise_en_creation_n_a_pas_de_siret(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    client_de(boulangere).post(INSCRIRE, saisie | {"siret": "", "est_en_creation": "on"})
    entreprise = Entreprise.objects.get()
    assert entreprise.siret is None
    assert entreprise.est_en_creation


def test_le_siret_donne_l_emporte_sur_la_case(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    client_de(boulangere).post(INSCRIRE, saisie | {"est_en_creation": "on"})
    assert not Entreprise.objects.get().est_en_creation


MAUVAISES = {
    "SIRET faux": ({"siret": "73282932000075"}, "Ce numéro SIRET n’existe pas"),
    "SIRET trop court": ({"siret": "732829320"}, "Ce numéro SIRET n’existe pas"),
    "SIRET en lettres": ({"siret": "quatorze"}, "Ce numéro SIRET n’existe pas"),
    "SIRET démesuré": ({"siret": "7" * 10_000}, "C’est trop long"),
    "ni SIRET ni création": ({"siret": ""}, "Écrivez votre SIRET, ou cochez"),
    "commune inconnue": ({"commune": "Trifouillis-les-Oies"}, "Nous ne connaissons pas cette commune"),
    "commune absente": ({"commune": ""}, "Il manque une réponse"),
    "commune démesurée": ({"commune": "z" * 10_000}, "Nous ne connaissons pas cette commune"),
    "nom démesuré": ({"nom": "n" * 10_000}, "C’est trop long : 120 signes au plus"),
    "prénom blanc": ({"prenom": " "}, "Il manque une réponse"),
    "nom blanc": ({"nom": "   "}, "Il manque une réponse"),
    "nom à caractère nul": ({"nom": "Boulan\x00gerie"}, "Boulan"),
    "adresse démesurée": ({"adresse": "a" * 10_000}, "C’est trop long : 200 signes au plus"),
    "métier inventé": ({"secteur": "pirate"}, "Choisissez une des réponses proposées"),
    "métier absent": ({"secteur": ""}, "Choisissez une réponse"),
    "taille inventée": ({"taille": "9000"}, "Choisissez une des réponses proposées"),
}


@pytest.mark.parametrize("cas", MAUVAISES)
def test_une_mauvaise_reponse_se_dit_au_champ_et_rien_n_est_perdu(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any], cas: str
) -> None:
    change, message = MAUVAISES[cas]
    reponse = client_de(boulangere).post(INSCRIRE, saisie | change)
    page = reponse.content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert reponse.status_code == 422
    assert message in page
    (champ,) = change
    assert f"id_{champ}_erreur" in page
    assert "3 place des Lices" in page or champ == "adresse"  # what was typed is still there
    assert not Entreprise.objects.exists()


def test_un_formulaire_vide_dit_tout_ce_qui_manque(client_de: ClientDe, boulangere: Utilisateur) -> None:
    reponse = client_de(boulangere).post(INSCRIRE, {})
    assert reponse.status_code == 422
    assert set(reponse.context["formulaire"].errors) == {
        "prenom",
        "nom",
        "siret",
        "secteur",
        "taille",
        "commune",
    }


def test_un_nom_a_balises_s_affiche_tel_quel(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    client = client_de(boulangere)
    client.post(INSCRIRE, saisie | {"nom": "<script>alert(1)</script> & fils"})
    assert Entreprise.objects.get().nom == "<script>alert(1)</script> & fils"
    page = client.get(ENTREPRISE).content.decode()  # the welcome message, then the field
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; fils") == 2


def test_un_siret_deja_inscrit_se_dit_au_champ(
    client_de: ClientDe, menuisiere: Utilisateur, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    fabriques.creer_entreprise("La première", membre=menuisiere, siret=SIRET, est_en_creation=False)
    reponse = client_de(boulangere).post(INSCRIRE, saisie)
    assert reponse.status_code == 422
    assert "Cette entreprise est déjà inscrite." in reponse.content.decode()
    assert "La première" not in reponse.content.decode()
    assert Entreprise.objects.count() == 1


def test_un_double_envoi_n_inscrit_qu_une_entreprise(
    client_de: ClientDe, boulangere: Utilisateur, saisie: dict[str, Any]
) -> None:
    client = client_de(boulangere)
    for _ in range(2):
        assert client.post(INSCRIRE, saisie).headers["Location"] == ACCUEIL
    assert Entreprise.objects.count() == 1


def test_modifier_son_entreprise(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise, saisie: dict[str, Any]
) -> None:
    client = client_de(boulangere)
    page = client.get(ENTREPRISE).content.decode()
    assert 'value="Boulangerie du Marché"' in page
    assert "Rennes" in page
    reponse = client.post(ENTREPRISE, saisie | {"nom": "Le Bon Pain", "commune": "35500"})
    assert reponse.headers["Location"] == ENTREPRISE
    boulangerie.refresh_from_db()
    assert (boulangerie.nom, boulangerie.commune_id) == ("Le Bon Pain", "35360")


def test_une_modification_refusee_ne_change_rien(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise, saisie: dict[str, Any]
) -> None:
    reponse = client_de(boulangere).post(ENTREPRISE, saisie | {"nom": "Autre", "siret": "1"})
    assert reponse.status_code == 422
    boulangerie.refresh_from_db()
    assert boulangerie.nom == "Boulangerie du Marché"


def test_modifier_n_atteint_que_sa_propre_entreprise(
    client_de: ClientDe, intruse: Utilisateur, boulangerie: Entreprise, saisie: dict[str, Any]
) -> None:
    """No id is read from the form: naming another company changes nothing of it."""
    vise = {
        "pk": boulangerie.pk,
        "id": boulangerie.pk,
        "uuid": boulangerie.uuid,
        "entreprise": boulangerie.pk,
    }
    client = client_de(intruse)
    client.post(ENTREPRISE, saisie | vise)
    client.post(PAUSE, vise)
    boulangerie.refresh_from_db()
    assert boulangerie.nom == "Boulangerie du Marché"
    assert not boulangerie.est_en_pause


@pytest.mark.parametrize("qui", ["animatrice", "animatrice_44", "referente"])
def test_un_role_ne_donne_pas_d_entreprise(
    client_de: ClientDe, qui: str, request: pytest.FixtureRequest, boulangerie: Entreprise
) -> None:
    client = client_de(request.getfixturevalue(qui))
    assert client.get(ENTREPRISE).headers["Location"] == INSCRIRE
    assert client.post(PAUSE).headers["Location"] == INSCRIRE
    boulangerie.refresh_from_db()
    assert not boulangerie.est_en_pause


def test_mettre_en_pause_et_reprendre(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    client = client_de(boulangere)
    page = client.post(PAUSE, follow=True).content.decode()
    boulangerie.refresh_from_db()
    assert boulangerie.est_en_pause
    assert "Reprendre" in page
    client.post(REPRISE)
    boulangerie.refresh_from_db()
    assert not boulangerie.est_en_pause


def test_une_pause_avec_sa_date_de_retour(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    client = client_de(boulangere)
    retour = localdate() + timedelta(days=20)
    page = client.post(PAUSE, {"de_retour_le": retour.isoformat()}, follow=True).content.decode()
    boulangerie.refresh_from_db()
    assert boulangerie.de_retour_le == retour
    assert f"Vous reprenez le {jour(retour)}." in page
    assert "Changer la date de retour" in page


@pytest.mark.parametrize("ecart", [-1, 0, 400])
def test_une_date_de_retour_impossible_se_dit_au_champ(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise, ecart: int
) -> None:
    saisie = {"de_retour_le": (localdate() + timedelta(days=ecart)).isoformat()}
    assert client_de(boulangere).post(PAUSE, saisie).status_code == 422
    assert client_de(boulangere).post(PAUSE, {"de_retour_le": "<b>demain</b>"}).status_code == 422
    boulangerie.refresh_from_db()
    assert not boulangerie.est_en_pause


@pytest.mark.parametrize("chemin", [PAUSE, REPRISE])
def test_un_lien_ne_met_pas_en_pause(
    client_de: ClientDe, boulangere: Utilisateur, boulangerie: Entreprise, chemin: str
) -> None:
    assert client_de(boulangere).get(chemin).status_code == 405
