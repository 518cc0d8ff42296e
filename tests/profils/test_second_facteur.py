"""The second factor: whoever animates proves a phone; a lost one is replaced by a spare code."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from animation.services.pages import donner_acces_cms
from profils.models import Utilisateur
from profils.second_facteur import a_un_second_facteur, oublier_second_facteur

pytestmark = pytest.mark.django_db
DemanderUnCode = Callable[..., str]

TELEPHONE = "/compte/second-facteur/"
ENTRER = "/compte/second-facteur/entrer/"
CONSOLE = "/animation/"


@pytest.fixture(autouse=True)
def exige(settings: Any) -> None:
    settings.SECOND_FACTEUR = True


def secret_affiche(client: Client) -> str:
    adresse = client.get(TELEPHONE).context["adresse"]
    return parse_qs(urlsplit(adresse).query)["secret"][0]


def code_du(secret: str) -> str:
    """What the application shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def poser(client: Client) -> str:
    secret = secret_affiche(client)
    reponse = client.post(TELEPHONE, {"code": code_du(secret)})
    assert reponse.status_code == 302
    return secret


@pytest.mark.parametrize("adresse", [CONSOLE, "/animation/signalements/"])
def test_la_console_attend_le_telephone(client_de: Any, animatrice: Utilisateur, adresse: str) -> None:
    reponse = client_de(animatrice).get(adresse)
    assert reponse.headers["Location"] == f"{TELEPHONE}?suite={adresse.replace('/', '%2F')}"


def test_le_cms_aussi(client_de: Any, animatrice: Utilisateur) -> None:
    donner_acces_cms(utilisateur=animatrice)
    assert client_de(animatrice).get("/cms/").headers["Location"].startswith(TELEPHONE)


def test_les_ecrans_des_referents_aussi(client_de: Any, referente: Utilisateur) -> None:
    reponse = client_de(referente).get("/animation/competences/")
    assert reponse.headers["Location"].startswith(TELEPHONE)


def test_qui_n_anime_pas_n_apprend_pas_que_la_console_existe(client_de: Any, boulangere: Utilisateur) -> None:
    assert client_de(boulangere).get(CONSOLE).status_code == 404


def test_un_envoi_sans_telephone_n_ecrit_rien(client_de: Any, animatrice: Utilisateur) -> None:
    reponse = client_de(animatrice).post("/animation/tours/", {"cercle_max": 3})
    assert reponse.headers["Location"].startswith(TELEPHONE)


def test_poser_son_telephone_ouvre_la_console_et_donne_dix_codes(
    client_de: Any, animatrice: Utilisateur
) -> None:
    client = client_de(animatrice)
    poser(client)
    assert a_un_second_facteur(animatrice)
    assert client.get(CONSOLE).status_code == 200
    assert len(client.get(reverse("codes_de_secours")).context["codes"]) == 10


def test_le_secret_ne_se_lit_pas_dans_la_base(client_de: Any, animatrice: Utilisateur) -> None:
    secret = poser(client_de(animatrice))
    pose = Authenticator.objects.get(user=animatrice, type=Authenticator.Type.TOTP)
    assert secret not in str(pose.data)


@pytest.mark.parametrize("code", ["", "000000", "abc", "1" * 60, "12\x0034"])
def test_un_mauvais_code_ne_pose_rien(client_de: Any, animatrice: Utilisateur, code: str) -> None:
    client = client_de(animatrice)
    secret_affiche(client)
    assert client.post(TELEPHONE, {"code": code}).status_code == 422
    assert not a_un_second_facteur(animatrice)


def test_a_la_connexion_suivante_le_telephone_est_demande(
    client: Client, client_de: Any, animatrice: Utilisateur, demander_un_code: DemanderUnCode
) -> None:
    secret = poser(client_de(animatrice))
    code = demander_un_code(client, animatrice.email)
    assert client.post("/compte/connexion/code/", {"code": code}).headers["Location"] == ENTRER
    assert client.get(CONSOLE).status_code == 302  # not signed in yet
    faux = client.post(ENTRER, {"code": "000000"})
    assert (faux.status_code, "Ce code n’est pas le bon" in faux.content.decode()) == (422, True)
    assert client.post(ENTRER, {}).status_code == 422
    # The same period's code was used to set it: an application shows another one a moment later.
    suivant = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))
    assert client.post(ENTRER, {"code": f"{suivant[:3]} {suivant[3:]}"}).status_code == 302
    assert client.get(CONSOLE).status_code == 200


def test_un_code_de_secours_remplace_le_telephone_une_fois(
    client: Client, client_de: Any, animatrice: Utilisateur, demander_un_code: DemanderUnCode
) -> None:
    premiere = client_de(animatrice)
    poser(premiere)
    secours = premiere.get(reverse("codes_de_secours")).context["codes"][0]
    for attendu in (302, 422):
        autre = Client()
        code = demander_un_code(autre, animatrice.email)
        autre.post("/compte/connexion/code/", {"code": code})
        assert autre.post(ENTRER, {"code": secours}).status_code == attendu


def test_une_session_plus_ancienne_doit_prouver_le_telephone(client_de: Any, animatrice: Utilisateur) -> None:
    ancienne = client_de(animatrice)
    secret = poser(client_de(animatrice))
    assert ancienne.get(CONSOLE).headers["Location"].startswith(TELEPHONE)
    assert ancienne.get(reverse("codes_de_secours")).headers["Location"].startswith(TELEPHONE)
    assert "Votre second code" in ancienne.get(TELEPHONE).content.decode()
    suivant = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))
    assert ancienne.post(TELEPHONE, {"code": suivant}).status_code == 302
    assert ancienne.get(CONSOLE).status_code == 200


def test_un_telephone_perdu_s_oublie(client_de: Any, animatrice: Utilisateur) -> None:
    poser(client_de(animatrice))
    assert oublier_second_facteur(utilisateur=animatrice)
    assert not oublier_second_facteur(utilisateur=animatrice)
    assert not Authenticator.objects.filter(user=animatrice).exists()


def test_sans_le_reglage_rien_n_est_demande(client_de: Any, animatrice: Utilisateur, settings: Any) -> None:
    settings.SECOND_FACTEUR = False
    assert client_de(animatrice).get(CONSOLE).status_code == 200
