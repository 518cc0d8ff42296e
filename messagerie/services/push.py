"""Web Push (RFC 8030, VAPID of RFC 8292): wake a closed browser, which says « Nouveau message » and no more.

The wake-up has no body: neither the push service nor a locked phone's screen learns who wrote or what. It is
best effort: claimed before it is sent, so that a worker killed in between sends it never rather than twice;
mail tells later what was not seen.
"""

import base64
import logging
from datetime import timedelta
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import transaction
from django.db.models import F
from py_vapid import Vapid02

from echange.socle.horloge import maintenant
from messagerie.erreurs import AdresseDePushRefusee
from messagerie.models import AbonnementPush, Participant
from messagerie.models.push import ADRESSE_MAX
from profils.models import Utilisateur

ABONNEMENTS_MAX = 10  # browsers of one person; the oldest makes way
DUREE = 12 * 3600  # seconds a push service keeps the wake-up for a phone that is off
PATIENCE = 5  # seconds
CALME = timedelta(seconds=20)  # whoever is reading at this instant needs no wake-up
JETON_VALIDE = timedelta(hours=12)

journal = logging.getLogger(__name__)


def est_actif() -> bool:
    return bool(settings.VAPID_CLE_PRIVEE)


def cle_publique() -> str:
    """What a browser asks of its push service: only who holds our private key may wake it."""
    point = _vapid().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


@transaction.atomic
def abonner_push(*, par: Utilisateur, adresse: str) -> None:
    """Wake this browser from now on, for `par` alone. Raises `AdresseDePushRefusee`."""
    if not _est_d_un_service_connu(adresse):
        raise AdresseDePushRefusee
    AbonnementPush.objects.update_or_create(adresse=adresse, defaults={"utilisateur": par})
    siens = AbonnementPush.objects.filter(utilisateur=par).order_by("-cree_le", "-pk")
    siens.filter(pk__in=list(siens.values_list("pk", flat=True)[ABONNEMENTS_MAX:])).delete()


def desabonner_push(*, par: Utilisateur, adresse: str) -> None:
    AbonnementPush.objects.filter(utilisateur=par, adresse=adresse).delete()


def pousser() -> int:
    """Wake the browsers of those whom a message has been waiting for; return how many wake-ups left."""
    if not est_actif():
        return 0
    partis = 0
    for personne in sorted(_reclamer()):
        for abonnement in AbonnementPush.objects.filter(utilisateur=personne):
            partis += _reveiller(abonnement)
    return partis


def _reclamer() -> set[int]:
    """Claim what is to be said, once whatever the number of workers; return whom to wake."""
    dues = Participant.objects.filter(
        utilisateur__abonnements_push__isnull=False,
        utilisateur__is_active=True,
        en_sourdine=False,
        lu_jusqua__lt=F("conversation__dernier_numero"),
        pousse_jusqua__lt=F("conversation__dernier_numero"),
        conversation__active_le__lt=maintenant() - CALME,
    ).values_list("pk", "utilisateur", "conversation__dernier_numero")
    return {
        personne
        for cle, personne, dernier in dues.distinct()
        if Participant.objects.filter(pk=cle, pousse_jusqua__lt=dernier).update(pousse_jusqua=dernier)
    }


def _reveiller(abonnement: AbonnementPush) -> bool:
    """Send one empty wake-up; forget a browser that is gone, for good, says its push service."""
    parties = urlsplit(abonnement.adresse)
    revendications = {
        "aud": f"{parties.scheme}://{parties.netloc}",
        "sub": settings.VAPID_CONTACT,
        "exp": int((maintenant() + JETON_VALIDE).timestamp()),
    }
    entetes = {**_vapid().sign(revendications), "TTL": str(DUREE), "Urgency": "normal", "Topic": "messages"}
    try:
        reponse = requests.post(abonnement.adresse, headers=entetes, timeout=PATIENCE, allow_redirects=False)
    except requests.RequestException as erreur:
        journal.warning("A push service does not answer: %s", type(erreur).__name__)
        return False
    if reponse.status_code in {404, 410}:
        abonnement.delete()
    elif not reponse.ok:
        journal.warning("A push service refuses a wake-up: %s", reponse.status_code)
    return reponse.ok


def _est_d_un_service_connu(adresse: str) -> bool:
    """We post to this address: to browsers' push services only, never to a machine of our own network."""
    try:
        parties = urlsplit(adresse)
        hote, port = parties.hostname or "", parties.port
    except ValueError:
        return False
    connu = any(hote == nom or hote.endswith(f".{nom}") for nom in settings.PUSH_HOTES)
    return connu and parties.scheme == "https" and port in {None, 443} and len(adresse) <= ADRESSE_MAX


def _vapid() -> Vapid02:
    return Vapid02.from_string(settings.VAPID_CLE_PRIVEE)
