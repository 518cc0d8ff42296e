"""Mails that a provider posts: nothing without its proof, the same service as the mail servers' door."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from echange.socle.horloge import maintenant
from messagerie.models import Conversation, Participant
from messagerie.reponses.adresses import creer_adresse
from profils.models import Utilisateur
from tests.messagerie.test_reponses_lecture import octets

SECRET = "prestataire:un-long-secret"


@pytest.fixture
def adresse(conversation: Conversation, boulangere: Utilisateur, settings: Any) -> str:
    settings.COURRIEL_REPONSE_DOMAINE = "reponse.echange.example"
    settings.COURRIEL_ENTRANT_SECRET = SECRET
    return creer_adresse(Participant.objects.get(conversation=conversation, utilisateur=boulangere).pk)


def textes(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(est_systeme=False).values_list("texte", flat=True))


def poster_mailgun(adresse: str, *, cle: str = SECRET) -> int:
    """As Mailgun posts a mail whole: signed with the account's key."""
    horodatage, jeton = str(int(maintenant().timestamp())), "jeton"
    signature = hmac.new(cle.encode(), f"{horodatage}{jeton}".encode(), hashlib.sha256).hexdigest()
    champs = {
        "timestamp": horodatage,
        "token": jeton,
        "signature": signature,
        "recipient": adresse,
        "sender": "alice@exemple.fr",
        "body-mime": octets("gmail-web").decode(),
    }
    return Client().post(reverse("messagerie:courriels_entrants"), champs).status_code


def poster_mailjet(adresse: str, *, secret: str = SECRET) -> int:
    """As Mailjet posts one: in JSON, with the account and password of the address called."""
    fait = {
        "Sender": "alice@exemple.fr",
        "Recipient": adresse,
        "Headers": {
            "From": "Alice <alice@exemple.fr>",
            "To": f"Échange <{adresse}>",
            "Message-ID": "<mailjet@exemple.fr>",
            "Subject": "Re: Votre conversation",
        },
        "Text-part": "Oui, jeudi.\n\nLe mar. 24 nov. 2026 à 14:06, X <x@y.fr> a écrit :\n> ancien",
        "Parts": [
            {
                "Headers": {"Content-Type": "text/plain; charset=utf-8"},
                "ContentRef": "Text-part",
            }
        ],
    }
    identite = base64.b64encode(secret.encode()).decode()
    return (
        Client()
        .post(
            reverse("messagerie:courriels_entrants"),
            json.dumps(fait),
            content_type="application/json",
            headers={"Authorization": f"Basic {identite}"},
        )
        .status_code
    )


def test_mailgun_remet_un_courriel_signe_une_fois(
    conversation: Conversation, adresse: str, settings: Any
) -> None:
    settings.COURRIEL_ENTRANT = "mailgun"
    assert poster_mailgun(adresse, cle="une autre") == 400
    assert textes(conversation) == []
    assert poster_mailgun(adresse) == 200
    assert poster_mailgun(adresse) == 200
    (texte,) = textes(conversation)
    assert texte.startswith("Bonjour Brune,\n\nOui, jeudi à 14 h c'est parfait.")


def test_mailjet_remet_un_courriel_avec_son_mot_de_passe(
    conversation: Conversation, adresse: str, settings: Any
) -> None:
    settings.COURRIEL_ENTRANT = "mailjet"
    assert poster_mailjet(adresse, secret="prestataire:autre") == 400
    assert poster_mailjet(adresse) == 200
    assert textes(conversation) == ["Oui, jeudi."]


def test_ce_qui_n_est_pas_pour_nous_est_laisse(
    conversation: Conversation, adresse: str, settings: Any
) -> None:
    settings.COURRIEL_ENTRANT = "mailjet"
    assert poster_mailjet("contact@echange.example") == 200
    assert textes(conversation) == []


def test_sans_prestataire_l_adresse_n_existe_pas(adresse: str) -> None:
    assert poster_mailjet(adresse) == 404
