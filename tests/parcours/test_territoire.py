"""A référente opens a fifth territoire in a minute; her invited animatrice arrives and writes her page."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from animation.services.pages import donner_acces_cms, installer_pages
from echange.socle.demo import lire_courriels
from profils.models import Utilisateur
from territoires.models import Territoire
from tests import fabriques
from tests.parcours.conftest import ATTENTE_MAX, Personne

Venir = Callable[..., Personne]
UNE_MINUTE = 60  # seconds
LIEN = re.compile(r"(/animation/invitations/\S+)")


def lire_l_invitation(personne: Personne) -> str:
    """Wait for the mail, as one does."""
    limite = time.monotonic() + ATTENTE_MAX
    while time.monotonic() < limite:
        for courriel in lire_courriels(personne._boite):
            trouve = LIEN.search(courriel.texte)
            if courriel.destinataire == personne.courriel and trouve:
                return trouve[1]
        personne.page.wait_for_timeout(100)
    pytest.fail("no invitation came")


def code_du_telephone(personne: Personne) -> str:
    """What the application shows, once it has read the square."""
    secret = personne.page.locator(".code-a-copier").text_content() or ""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30))


def test_un_cinquieme_territoire_s_ouvre_en_une_minute(personne: Venir, settings: Any) -> None:
    fabriques.poser_la_creuse()
    installer_pages()
    rosa, carole = personne("Rosa"), personne("Carole")
    donner_acces_cms(
        utilisateur=Utilisateur.objects.create_user(rosa.courriel, first_name="Rosa", est_referent=True)
    )
    rosa.entrer()

    debut = time.monotonic()
    rosa.ouvrir("/animation/territoires/")
    rosa.cliquer("Ouvrir un territoire")
    rosa.ecrire("Nom du territoire", "La Creuse")
    rosa.page.get_by_label("Département, intercommunalité ou commune").press_sequentially("creuse")
    rosa.page.get_by_label("Creuse (23)").check()
    rosa.voit("12 734")
    rosa.verifier()
    rosa.ecrire("Qui l’animera", carole.courriel)
    rosa.cliquer("Ouvrir ce territoire")
    rosa.voit("« La Creuse » est ouvert")
    assert time.monotonic() - debut < UNE_MINUTE
    rosa.verifier()
    assert Territoire.objects.ouverts().count() == 5

    settings.SECOND_FACTEUR = True
    carole.ouvrir(lire_l_invitation(carole))
    carole.verifier()
    carole.cliquer("Accepter et entrer")
    carole.voit("Protéger votre accès")
    carole.verifier()
    carole.ecrire("Le code à six chiffres", code_du_telephone(carole))
    carole.cliquer("Enregistrer mon téléphone")
    carole.voit("Vos codes de secours")
    carole.verifier()
    carole.cliquer("C’est noté, continuer")
    accroche = carole.page.locator("#id_accroche")
    accroche.fill("En Creuse, on s’apprend le numérique entre voisins.")
    with carole.page.expect_navigation():  # the address stays the same
        carole.page.locator("form#page-edit-form").evaluate(
            "f => f.requestSubmit(f.querySelector('[name=action-publish]'))"
        )
    carole.ouvrir("/communautes/la-creuse/")
    carole.voit("En Creuse, on s’apprend le numérique entre voisins.")
    carole.verifier()
    carole.ouvrir("/animation/")
    carole.voit("Animation – La Creuse")
