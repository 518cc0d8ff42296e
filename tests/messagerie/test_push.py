"""Web Push: bare wake-ups, to known services only, once, and nothing shown without a key."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from typing import Any, ClassVar

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from echange.socle.horloge import maintenant
from messagerie.erreurs import AdresseDePushRefusee
from messagerie.models import AbonnementPush, Conversation
from messagerie.services import envoyer_message, marquer_lu, push, rangement
from profils.models import Utilisateur


class ServiceDePush(BaseHTTPRequestHandler):
    """A push service: `recus` holds the headers and the body of what came; `statut` is its answer."""

    recus: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    statut: ClassVar[int] = 201

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.recus.append((dict(self.headers), corps))
        self.send_response(self.statut)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    """Its address; over plain HTTP, so rows are laid without the service that would refuse it."""
    ServiceDePush.recus, ServiceDePush.statut = [], 201
    serveur = HTTPServer(("127.0.0.1", 0), ServiceDePush)
    fil = threading.Thread(target=serveur.serve_forever)
    fil.start()
    yield f"http://127.0.0.1:{serveur.server_port}/abonnement/1"
    serveur.shutdown()
    fil.join()
    serveur.server_close()


@pytest.fixture
def actif(settings: Any) -> str:
    sortie = StringIO()
    call_command("cle_push", stdout=sortie)
    settings.VAPID_CLE_PRIVEE = sortie.getvalue().strip()
    return push.cle_publique()


@pytest.fixture
def attente(
    actif: str, service: str, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> Iterator[Conversation]:
    """Brune has subscribed, then Alice wrote to her, a while ago."""
    marquer_lu(par=menuisiere, conversation=conversation, jusqua=1)
    AbonnementPush.objects.create(utilisateur=menuisiere, adresse=service)
    envoyer_message(par=boulangere, conversation=conversation, texte="Secret de fabrication")
    with time_machine.travel(maintenant() + timedelta(minutes=1), tick=False):
        yield conversation


def test_un_message_qui_attend_reveille_une_fois_sans_rien_dire(attente: Conversation) -> None:
    assert [push.pousser(), push.pousser()] == [1, 0]
    ((entetes, corps),) = ServiceDePush.recus
    assert corps == b""
    assert entetes["TTL"] == "43200"
    jeton = entetes["Authorization"].removeprefix("vapid t=").split(",k=")[0]
    charge = jeton.split(".")[1]
    dit = json.loads(base64.urlsafe_b64decode(charge + "=" * (-len(charge) % 4)))
    assert dit["aud"].startswith("http://127.0.0.1:")
    assert dit["exp"] > maintenant().timestamp()


@pytest.mark.parametrize("raison", ["lu", "sourdine", "trop tôt", "sans clé"])
def test_pas_de_reveil_pour_rien(
    attente: Conversation, menuisiere: Utilisateur, raison: str, settings: Any
) -> None:
    if raison == "lu":
        marquer_lu(par=menuisiere, conversation=attente, jusqua=2)
    elif raison == "sourdine":
        rangement.mettre_en_sourdine(par=menuisiere, conversation=attente, active=True)
    elif raison == "trop tôt":
        Conversation.objects.update(active_le=maintenant())
    else:
        settings.VAPID_CLE_PRIVEE = ""
    assert push.pousser() == 0
    assert ServiceDePush.recus == []


@pytest.mark.parametrize(("statut", "reste"), [(404, 0), (410, 0), (500, 1), (429, 1)])
def test_un_appareil_parti_est_oublie_un_service_en_panne_non(
    attente: Conversation, statut: int, reste: int
) -> None:
    ServiceDePush.statut = statut
    assert push.pousser() == 0
    assert AbonnementPush.objects.count() == reste


def test_un_service_absent_n_arrete_pas_les_autres(
    attente: Conversation, menuisiere: Utilisateur, service: str
) -> None:
    AbonnementPush.objects.update(adresse="http://127.0.0.1:1/mort")
    AbonnementPush.objects.create(utilisateur=menuisiere, adresse=service)
    assert push.pousser() == 1


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "https://127.0.0.1/",
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.malin.fr/x",
        "https://malin.fr/?fcm.googleapis.com",
        "https://fcm.googleapis.com:8080/x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://[::1/x",
        "https://fcm.googleapis.com/" + "x" * 500,
    ],
)
def test_une_adresse_d_ailleurs_est_refusee(actif: str, boulangere: Utilisateur, adresse: str) -> None:
    with pytest.raises(AdresseDePushRefusee):
        push.abonner_push(par=boulangere, adresse=adresse)
    assert not AbonnementPush.objects.exists()


def test_on_s_abonne_et_on_arrete_depuis_ses_reglages(
    client_de: Any, actif: str, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    client, adresse = client_de(boulangere), "https://fcm.googleapis.com/fcm/send/abc"
    page = client.get(reverse("messagerie:reglages_notifications")).text
    assert f'data-cle="{actif}"' in page
    chemin = reverse("messagerie:abonner_push")
    for _ in range(2):
        assert client.post(chemin, {"adresse": adresse}).status_code == 204
    assert client.post(chemin, {"adresse": "https://ailleurs.fr"}).status_code == 422
    client_de(menuisiere).post(chemin, {"adresse": adresse, "stop": "1"})  # not hers to stop
    assert AbonnementPush.objects.get().utilisateur == boulangere
    client_de(menuisiere).post(chemin, {"adresse": adresse})  # the same browser, another person signed in
    assert AbonnementPush.objects.get().utilisateur == menuisiere
    client_de(menuisiere).post(chemin, {"adresse": adresse, "stop": "1"})
    assert not AbonnementPush.objects.exists()


def test_le_plus_ancien_appareil_laisse_sa_place(actif: str, boulangere: Utilisateur) -> None:
    for rang in range(push.ABONNEMENTS_MAX + 1):
        push.abonner_push(par=boulangere, adresse=f"https://fcm.googleapis.com/{rang}")
    adresses = AbonnementPush.objects.values_list("adresse", flat=True)
    assert len(adresses) == push.ABONNEMENTS_MAX
    assert "https://fcm.googleapis.com/0" not in adresses


def test_l_ouvriere_ne_garde_que_ses_messages(client: Any, actif: str) -> None:
    reponse = client.get(reverse("messagerie:ouvriere"))
    assert reponse["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Service-Worker-Allowed" not in reponse  # its folder, /messages/, and no more
    assert "Nouveau message" in reponse.text
    assert "fetch" not in reponse.text


def test_sans_cle_rien_n_existe(client_de: Any, boulangere: Utilisateur) -> None:
    client = client_de(boulangere)
    assert "data-push" not in client.get(reverse("messagerie:reglages_notifications")).text
    assert client.post(reverse("messagerie:abonner_push")).status_code == 404
    assert client.get(reverse("messagerie:ouvriere")).status_code == 404
