"""A colleague is invited from a conversation: she opens the mail, says her name, and is in it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from echange.socle.demo import lire_courriels
from profils.models import Entreprise, Utilisateur
from tests.file_de_travail import attendre
from tests.messagerie.aides import converser
from tests.parcours.conftest import Personne

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]


def lien_recu(boite: Path, qui: Personne) -> str:
    """The address in her mail; empty until it has come."""
    for courriel in lire_courriels(boite):
        trouve = re.search(r"/espace/invitation/\S+", courriel.texte)
        if courriel.destinataire == qui.courriel and trouve:
            return trouve[0]
    return ""


def test_inviter_une_collegue_depuis_une_conversation(
    personne: Callable[..., Personne], boite_aux_lettres: Path, boulangere: Utilisateur,
    boulangerie: Entreprise, menuiserie: Entreprise,
) -> None:  # fmt: skip
    conversation = converser(boulangerie, menuiserie)
    alice, denise = personne("Alice"), personne("Denise")
    alice.entrer_comme(boulangere)
    alice.ouvrir(f"/messages/{conversation.uuid}/options/")
    alice.verifier()
    alice.cliquer("Inviter un ou une collègue")
    alice.ecrire("Son adresse e-mail", denise.courriel)
    alice.verifier()
    alice.cliquer("Envoyer l’invitation")
    alice.voit(f"L’invitation est partie à {denise.courriel}.")
    alice.cliquer("Revenir à la conversation")

    attendre(lambda: lien_recu(boite_aux_lettres, denise), secondes=60)
    denise.ouvrir(lien_recu(boite_aux_lettres, denise))
    denise.verifier()
    denise.ecrire("Votre prénom", "Denise")
    denise.cliquer("Accepter et entrer")
    for page in (denise, alice):  # to Alice, live
        page.voit("Alice a invité Denise, qui rejoint la conversation pour Boulangerie du Marché.")
    denise.ecrire("Votre message", "Bonjour, je suis l’apprentie")
    denise.cliquer("Envoyer")
    alice.voit("Bonjour, je suis l’apprentie")
    alice.verifier()
