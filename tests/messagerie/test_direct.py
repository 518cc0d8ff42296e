"""Live for real: uvicorn, PostgreSQL or Redis, two browsers' sockets, and what happens when wires break."""

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

import pytest
from django.db import connection
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from echange.socle import reveil
from messagerie.models import Conversation
from messagerie.services import envoyer_message
from profils.models import Utilisateur
from tests.bancs.direct.processus import Redis, redis
from tests.file_de_travail import attendre
from tests.messagerie.aides import remplir
from tests.serveur import Serveur, cookies_de

pytestmark = pytest.mark.django_db(transaction=True)

ARRIVEE_MAX = 10.0  # seconds


class Navigateur:
    """A person's open page: it remembers its last number, as conversation.js does."""

    def __init__(self, prise: ClientConnection, depuis: int = 1) -> None:
        self._prise = prise
        self.textes: list[str] = []
        self.numeros: list[int] = []
        self._dire({"type": "depuis", "numero": depuis})
        self._entendre()

    def _dire(self, trame: dict[str, Any]) -> None:
        self._prise.send(json.dumps(trame))

    def _entendre(self) -> Any:
        """The next frame, the unread count apart."""
        while (trame := json.loads(self._prise.recv(ARRIVEE_MAX)))["type"] == "non_lus":
            pass
        return trame

    def envoyer(self, texte: str) -> None:
        self._dire({"type": "message", "texte": texte, "cle": str(uuid4())})

    def attendre(self, *textes: str) -> None:
        """Wait until exactly these texts have arrived, in this order, since the opening."""
        while len(self.textes) < len(textes):
            trame = self._entendre()
            assert trame["type"] == "messages", trame
            self.textes += [message["texte"] for message in trame["messages"]]
            self.numeros += [message["numero"] for message in trame["messages"]]
        assert self.textes == list(textes)
        assert self.numeros == list(range(2, len(textes) + 2))


@contextmanager
def ouvrir(
    serveur: Serveur, conversation: Conversation, qui: Utilisateur | None, **reglages: Any
) -> Iterator[ClientConnection]:
    cookies = "; ".join(f"{nom}={valeur}" for nom, valeur in (cookies_de(qui) if qui else {}).items())
    with connect(
        f"{serveur.adresse_socket}/ws/messages/{conversation.uuid}/",
        origin=Origin(serveur.adresse),
        additional_headers={"Cookie": cookies},
        proxy=None,
        **reglages,
    ) as prise:
        yield prise


def poster(serveur: Serveur, conversation: Conversation, qui: Utilisateur, texte: str) -> str:
    """Write by the plain form of the page, without script; return the address one lands on."""
    navigateur = build_opener(HTTPCookieProcessor(CookieJar()))
    page = f"{serveur.adresse}/messages/{conversation.uuid}/"
    session = "; ".join(f"{nom}={valeur}" for nom, valeur in cookies_de(qui).items())
    lue = navigateur.open(Request(page, headers={"Cookie": session}))  # noqa: S310
    champs = dict(re.findall(r'name="(csrfmiddlewaretoken|cle)" value="([^"]+)"', lue.read().decode()))
    jeton = lue.headers["Set-Cookie"].split(";")[0]
    corps = urlencode({**champs, "texte": texte}).encode()
    return str(
        navigateur.open(Request(page, corps, {"Cookie": f"{session}; {jeton}"})).url  # noqa: S310
    )


@pytest.fixture
def redis_reel(tmp_path: Path, settings: Any) -> Iterator[Redis]:
    with redis(tmp_path) as serveur:
        settings.REDIS_URL = serveur.url
        yield serveur


def couper_l_ecoute() -> int:
    """Kill the server's listening connection; return how many were killed."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [reveil.CANAL],
        )
        (nombre,) = curseur.fetchone()
    return int(nombre)


def test_un_message_arrive_chez_l_autre_et_celui_du_formulaire_aussi(
    serveur: Serveur, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    with ouvrir(serveur, conversation, boulangere) as a, ouvrir(serveur, conversation, menuisiere) as b:
        chez_a, chez_b = Navigateur(a), Navigateur(b)
        chez_a.envoyer("Mardi à 14 h ?")
        chez_b.attendre("Mardi à 14 h ?")
        chez_b.envoyer("Entendu")
        chez_a.attendre("Mardi à 14 h ?", "Entendu")
        arrivee = poster(serveur, conversation, boulangere, "Sans script")
        assert arrivee.startswith(f"{serveur.adresse}/messages/{conversation.uuid}/")
        for navigateur in (chez_a, chez_b):
            navigateur.attendre("Mardi à 14 h ?", "Entendu", "Sans script")


def test_l_ecoute_coupee_reprend_et_rien_ne_manque(
    serveur: Serveur, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    with ouvrir(serveur, conversation, boulangere) as a:
        chez_a = Navigateur(a)
        envoyer_message(par=menuisiere, conversation=conversation, texte="Avant")
        chez_a.attendre("Avant")
        assert couper_l_ecoute() == 1
        attendus = ["Avant"]
        for rang in range(5):  # written while nobody listens
            envoyer_message(par=menuisiere, conversation=conversation, texte=f"Pendant {rang}")
            attendus.append(f"Pendant {rang}")
        chez_a.attendre(*attendus)
        envoyer_message(par=menuisiere, conversation=conversation, texte="Après")
        chez_a.attendre(*attendus, "Après")


def test_une_rafale_arrive_entiere_et_dans_l_ordre(
    serveur: Serveur, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    """More wake-ups than a channel holds (100): some are lost, no message is."""
    with ouvrir(serveur, conversation, boulangere) as a:
        chez_a = Navigateur(a)
        textes = [f"n° {rang}" for rang in range(150)]
        for texte in textes:
            envoyer_message(par=menuisiere, conversation=conversation, texte=texte)
        chez_a.attendre(*textes)


def test_qui_ne_lit_pas_n_entasse_rien_et_ne_perd_rien(
    serveur: Serveur, conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    """8 MB are due; a browser that takes nothing has one frame waiting for it, and the rest once it reads."""
    remplir(conversation, menuisiere, 1000, suite=" " + "é" * 2000)
    lente = socket.socket()
    lente.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lente.connect(("127.0.0.1", serveur.port))
    with ouvrir(serveur, conversation, boulangere, sock=lente, max_queue=1, compression=None) as prise:
        prise.send(json.dumps({"type": "depuis", "numero": 1}))
        attendre(lambda: serveur.octets_en_attente() > 64_000)
        envoyer_message(par=menuisiere, conversation=conversation, texte="Et encore un")
        with ouvrir(serveur, conversation, menuisiere) as autre:  # she is not held up
            Navigateur(autre, depuis=1001)
        assert serveur.octets_en_attente() < 1_000_000
        numeros: list[int] = []
        while len(numeros) < 1001:
            trame = json.loads(prise.recv(ARRIVEE_MAX))
            numeros += [message["numero"] for message in trame.get("messages", [])]
    assert numeros == list(range(2, 1003))


def test_une_prise_morte_est_decouverte(
    transactional_db: None, conversation: Conversation, boulangere: Utilisateur
) -> None:
    """A phone out of battery says nothing, not even goodbye: it no longer answers the server's ping."""
    site = Serveur(ws_ping_interval=0.1, ws_ping_timeout=0.2)
    site.demarrer()
    try:
        with socket.create_connection(("127.0.0.1", site.port)) as muette:
            cookie = "; ".join(f"{nom}={valeur}" for nom, valeur in cookies_de(boulangere).items())
            muette.sendall(
                f"GET /ws/messages/{conversation.uuid}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'A' * 22}==\r\n"
                f"Origin: {site.adresse}\r\nCookie: {cookie}\r\n\r\n".encode()
            )
            muette.settimeout(ARRIVEE_MAX)
            recu = b""
            while morceau := muette.recv(4096):  # until the server hangs up
                recu += morceau
        assert recu.startswith(b"HTTP/1.1 101")
    finally:
        site.arreter()


@pytest.mark.parametrize("qui", ["intruse", None])
def test_qui_n_en_est_pas_est_refuse_a_la_porte(
    serveur: Serveur, conversation: Conversation, qui: str | None, intruse: Utilisateur
) -> None:
    with pytest.raises(InvalidStatus, match="403"), ouvrir(serveur, conversation, intruse if qui else None):
        pass


def test_par_redis_un_message_arrive_chez_l_autre(
    redis_reel: Redis,
    serveur: Serveur,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
) -> None:
    with ouvrir(serveur, conversation, boulangere) as a, ouvrir(serveur, conversation, menuisiere) as b:
        chez_a, chez_b = Navigateur(a), Navigateur(b)
        assert couper_l_ecoute() == 0  # PostgreSQL wakes nobody here
        chez_a.envoyer("Mardi ?")
        chez_b.attendre("Mardi ?")
        poster(serveur, conversation, menuisiere, "Sans script")
        chez_a.attendre("Mardi ?", "Sans script")
        envoyer_message(par=boulangere, conversation=conversation, texte="D’un autre processus")
        chez_b.attendre("Mardi ?", "Sans script", "D’un autre processus")


def test_redis_perdu_puis_revenu_rien_ne_manque(
    redis_reel: Redis,
    serveur: Serveur,
    conversation: Conversation,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("messagerie.ronde.PERIODE", 60.0)  # by the wake-ups alone
    with ouvrir(serveur, conversation, boulangere) as a:
        chez_a = Navigateur(a)
        envoyer_message(par=menuisiere, conversation=conversation, texte="Avant")
        chez_a.attendre("Avant")
        redis_reel.arreter()
        poster(serveur, conversation, menuisiere, "Pendant")  # accepted all the same
        time.sleep(0.5)
        redis_reel.demarrer()
        chez_a.attendre("Avant", "Pendant")
        poster(serveur, conversation, menuisiere, "Après")
        chez_a.attendre("Avant", "Pendant", "Après")


def test_les_fichiers_statiques_sont_servis(serveur: Serveur) -> None:
    with build_opener().open(f"{serveur.adresse}/static/messagerie/conversation.js") as reponse:
        assert reponse.headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
        assert b"data-conversation" in reponse.read()
