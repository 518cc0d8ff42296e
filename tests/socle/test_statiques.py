"""Static files, served whole under an asynchronous server."""

import pytest
from django.test import Client

URL = "/static/messagerie/conversation.js"


@pytest.fixture
def entier(client: Client) -> bytes:
    reponse = client.get(URL)
    assert reponse.status_code == 200
    assert not reponse.streaming  # a stream of files would be read whole, with a warning, under ASGI
    return reponse.content


def test_le_fichier_arrive_entier_avec_sa_longueur(client: Client, entier: bytes) -> None:
    reponse = client.get(URL)
    assert reponse.headers["Content-Length"] == str(len(entier))
    assert "javascript" in reponse.headers["Content-Type"]


def test_un_morceau_se_demande(client: Client, entier: bytes) -> None:
    reponse = client.get(URL, headers={"range": "bytes=10-19"})
    assert (reponse.status_code, reponse.content) == (206, entier[10:20])


def test_l_entete_seul_donne_la_longueur_sans_le_contenu(client: Client, entier: bytes) -> None:
    reponse = client.head(URL)
    assert (reponse.content, reponse.headers["Content-Length"]) == (b"", str(len(entier)))


def test_ce_que_le_navigateur_a_deja_ne_repart_pas(client: Client) -> None:
    etiquette = client.get(URL).headers["ETag"]
    assert client.get(URL, headers={"if-none-match": etiquette}).status_code == 304


def test_un_fichier_absent_est_introuvable(client: Client, db: None) -> None:
    assert client.get("/static/messagerie/absent.js").status_code == 404
