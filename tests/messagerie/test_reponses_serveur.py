"""The receiver, spoken to by a real mail client: « 250 » is committed, anything else comes back."""

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from messagerie.models import Conversation, CourrielRecu, Participant
from messagerie.reponses.adresses import creer_adresse
from messagerie.reponses.serveur import OCTETS_MAX
from profils.models import Utilisateur
from tests.file_de_travail import attendre
from tests.messagerie.bureau import bureau, journal
from tests.messagerie.test_reponses_lecture import octets

INVENTEE = "r-" + "a" * 32 + "@reponse.echange.example"
SANS_BASE = "postgresql:///absente?host=/nulle/part"


@pytest.fixture
def prise(tmp_path: Path) -> Path:
    return tmp_path / "lmtp"


@pytest.fixture
def adresse(conversation: Conversation, boulangere: Utilisateur, settings: Any) -> str:
    settings.COURRIEL_REPONSE_DOMAINE = "reponse.echange.example"
    return creer_adresse(Participant.objects.get(conversation=conversation, utilisateur=boulangere).pk)


class Ligne:
    """A mail server's end, word by word: Python's own client reads one answer for several addresses."""

    def __init__(self, prise: Path, salut: str = "LHLO") -> None:
        self._prise = socket.socket(socket.AF_UNIX)
        self._prise.connect(str(prise))
        self._flux = self._prise.makefile("rwb")
        self.reponse()
        self.dire(f"{salut} mx.exemple.fr")

    def dire(self, *lignes: str | bytes) -> str:
        for ligne in lignes:
            self._flux.write((ligne.encode() if isinstance(ligne, str) else ligne) + b"\r\n")
        self._flux.flush()
        return self.reponse()

    def reponse(self) -> str:
        """The last line of the next answer."""
        while (ligne := self._flux.readline().decode())[3:4] == "-":
            pass
        return ligne

    def raccrocher(self) -> None:
        self._flux.close()
        self._prise.close()


@contextmanager
def client(prise: Path) -> Iterator[smtplib.LMTP]:
    with smtplib.LMTP(str(prise)) as ouvert:
        yield ouvert


def textes(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(est_systeme=False).values_list("texte", flat=True))


@pytest.mark.django_db(transaction=True)
def test_par_lmtp_chaque_adresse_a_sa_reponse_et_un_courriel_tue_en_route_revient(
    conversation: Conversation, adresse: str, prise: Path
) -> None:
    with bureau(prise) as processus:
        ligne = Ligne(prise)
        ligne.dire("MAIL FROM:<alice@exemple.fr>")
        assert ligne.dire("RCPT TO:<postmaster@echange.example>").startswith("550 ")
        for recue in (adresse, INVENTEE):
            assert ligne.dire(f"RCPT TO:<{recue}>").startswith("250 ")
        assert ligne.dire("DATA").startswith("354 ")
        assert ligne.dire(octets("gmail-web"), ".").startswith("250 ")
        assert ligne.reponse().startswith("250 ")  # one for each address
        ligne.raccrocher()
        assert len(textes(conversation)) == 1
        _tuer_pendant_l_ecriture(processus, conversation, prise, adresse)
    assert len(textes(conversation)) == 1
    with bureau(prise), client(prise) as lmtp:
        for _ in range(2):  # its answer may be lost too
            lmtp.sendmail("alice@exemple.fr", [adresse], octets("apple-iphone-photo"))
    assert textes(conversation)[1:] == ["Voici la vitrine :\n\nQu'en dites-vous ?"]
    assert CourrielRecu.objects.filter(issue="ecrit").count() == 2


def _tuer_pendant_l_ecriture(processus: Any, conversation: Conversation, prise: Path, adresse: str) -> None:
    """kill -9 while its statement waits for the conversation's row: the files are on disk, nothing else."""
    with transaction.atomic(), connection.cursor() as curseur:
        Conversation.objects.select_for_update().get(pk=conversation.pk)
        envoi = Thread(target=_envoyer_en_vain, args=(prise, adresse))
        envoi.start()

        def attend() -> bool:
            curseur.execute(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            return bool(curseur.fetchall())

        attendre(attend, secondes=60)
        processus.kill()
        envoi.join(timeout=60)
        curseur.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        attendre(lambda: not attend())


def _envoyer_en_vain(prise: Path, adresse: str) -> None:
    with pytest.raises((smtplib.SMTPException, OSError)), client(prise) as lmtp:
        lmtp.sendmail("alice@exemple.fr", [adresse], octets("apple-iphone-photo"))


def test_sans_base_le_courriel_reste_chez_son_serveur(prise: Path, settings: Any) -> None:
    settings.COURRIEL_REPONSE_DOMAINE = "reponse.echange.example"
    with bureau(prise, "--protocole", "smtp", base=SANS_BASE):
        ligne = Ligne(prise, "HELO")
        assert ligne.dire("MAIL FROM:<alice@exemple.fr>").startswith("250 ")
        assert ligne.dire(f"RCPT TO:<{INVENTEE}>").startswith("250 ")
        assert ligne.dire("DATA").startswith("354 ")
        assert ligne.dire(octets("gmail-web"), ".").startswith("451 ")
        ligne.raccrocher()
    assert "exemple.fr" not in journal(prise).read_text()
    assert "A mail could not be taken" in journal(prise).read_text()


def test_un_courriel_trop_lourd_est_refuse_avant_d_arriver(prise: Path) -> None:
    with bureau(prise, base=SANS_BASE):
        ligne = Ligne(prise)
        trop = ligne.dire(f"MAIL FROM:<alice@exemple.fr> SIZE={OCTETS_MAX + 1}")
        assert trop.startswith("552 ")
        ligne.raccrocher()
