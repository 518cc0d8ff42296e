"""The mail of a conversation: what its reader has not read, a few lines before, and how to answer.

Written when it leaves, from the database: a message taken back meanwhile is not in it, and whoever has left
the conversation reads nothing of it. What
`Message.texte_visible` does not say (files, cards) stays on the site.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.timezone import localtime

from messagerie.models import Conversation, Message, Notification
from messagerie.reponses.adresses import creer_adresse
from messagerie.reponses.texte import MARQUE

MESSAGES_MAX = 20  # in one mail; the others are counted
RAPPEL = 2  # earlier messages quoted


@dataclass(frozen=True, slots=True)
class LigneDeCourriel:
    """One message, as a mail says it. `qui` is empty for the platform."""

    qui: str
    le: datetime
    texte: str
    a_suite: bool


@dataclass(frozen=True, slots=True)
class Fil:
    """What one mail of a conversation says, and the headers that keep its mails together."""

    contexte: dict[str, Any]
    entetes: dict[str, str]
    de: str


def fil_de(notification: Notification) -> Fil | None:
    """Return what to write to this notification's person; None when nothing is left to tell her."""
    personne, donnees = notification.destinataire, notification.donnees
    if personne is None:
        return None
    visibles = Conversation.objects.visibles_par(personne).select_related("echange").detaillees()
    conversation = visibles.filter(uuid=donnees["conversation"]).first()
    if conversation is None:
        return None
    moi = next(p for p in conversation.participants.all() if p.utilisateur_id == personne.pk)
    depuis = max(donnees["depuis"], moi.lu_jusqua)
    lisibles = conversation.messages.lisibles_par(personne).avec_auteurs()
    nouveaux = list(lisibles.depuis(depuis).filter(numero__lte=donnees["jusqua"]))
    if not nouveaux:
        return None
    anciens = lisibles.filter(numero__lte=depuis, est_systeme=False).order_by("-numero")[:RAPPEL]
    noms = [entreprise.nom for entreprise in conversation.entreprises(sans=personne)]
    auteurs = dict.fromkeys(nommer(message) for message in nouveaux if not message.est_systeme)
    reponse = creer_adresse(moi.pk)
    contexte = {
        "entreprises": noms,
        "messages": _lignes(nouveaux[:MESSAGES_MAX]),
        "reste": max(0, len(nouveaux) - MESSAGES_MAX),
        "rappel": _lignes(reversed(anciens)),
        "repondre": MARQUE if reponse else "",
    }
    entetes = _entetes(conversation) | ({"Reply-To": reponse} if reponse else {})
    return Fil(contexte, entetes, _expediteur(list(auteurs)))


def nommer(message: Message) -> str:
    """« Brune (Menuiserie Le Goff) »; somebody of the animation has no company."""
    prenom = (message.auteur and message.auteur.first_name) or "Quelqu’un"
    return f"{prenom} ({message.entreprise.nom})" if message.entreprise else f"{prenom} (animation)"


def _lignes(messages: Iterable[Message]) -> list[LigneDeCourriel]:
    return [
        LigneDeCourriel(
            "" if message.est_systeme else nommer(message),
            localtime(message.cree_le),
            message.texte_visible,
            message.montre_sa_suite,
        )
        for message in messages
    ]


def _entetes(conversation: Conversation) -> dict[str, str]:
    """All the mails of a conversation answer one that never was: mail readers show one thread."""
    racine = f"<conversation.{conversation.uuid}@{urlsplit(settings.ADRESSE_DU_SITE).hostname}>"
    return {"In-Reply-To": racine, "References": racine}


def _expediteur(auteurs: list[str]) -> str:
    """Our address, under the name of who has written."""
    nom, adresse = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((f"{auteurs[0]} – {nom}", adresse)) if len(auteurs) == 1 else formataddr((nom, adresse))
