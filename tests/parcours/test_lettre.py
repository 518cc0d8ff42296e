"""A letter, from whoever asks for it on her phone to whoever leaves it, one touch each."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from procrastinate.contrib.django import app

from animation.models import Abonnement
from animation.services.pages import installer_pages
from echange.socle.horloge import maintenant
from messagerie.models import Notification
from messagerie.notifications.boite import TACHE_EXPEDIER
from profils.models import Utilisateur
from tests.animation.scenes_lettres import ecrire, membre_abonnee
from tests.file_de_travail import attendre
from tests.parcours.conftest import Personne
from tests.parcours.test_agenda import connecter, courriel_a
from tests.serveur import Serveur

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]

NINA = "nina@ailleurs.fr"


def test_s_abonner_confirmer_recevoir_et_partir(
    personne: Callable[..., Personne],
    serveur: Serveur,
    boite_aux_lettres: Path,
    animatrice: Utilisateur,
    boulangere: Utilisateur,
) -> None:
    installer_pages()
    membre_abonnee(boulangere)
    lettre = ecrire()
    nina = personne("Nina", javascript=False)
    anna = connecter(personne("Anna"), animatrice, serveur)

    nina.ouvrir("/communautes/ille-et-vilaine/lettres/")
    nina.cliquer("S’abonner à la lettre")
    nina.page.get_by_role("textbox", name="e-mail").fill(NINA)
    nina.cliquer("Recevoir le lien")
    nina.ouvrir(_lien(courriel_a(boite_aux_lettres, NINA, "Confirmez")))
    nina.cliquer("Oui, recevoir cette lettre")
    nina.voit("Vous recevez la lettre")

    anna.ouvrir(f"/animation/lettres/{lettre.pk}/")
    anna.verifier()
    anna.voit("2 abonnés aujourd’hui")
    anna.cliquer("Envoyer maintenant")
    anna.voit("Envoyer cette lettre à 2 personnes")
    anna.verifier()
    anna.cliquer("Envoyer la lettre")
    anna.voit("sur 2")  # the page asks by itself
    _laisser_passer_la_nuit()

    texte = courriel_a(boite_aux_lettres, NINA, lettre.title)
    assert "trois" in texte
    anna.ouvrir(f"/animation/lettres/{lettre.pk}/")
    anna.voit("2 courriels envoyés sur 2")
    nina.ouvrir(_lien(texte))
    nina.cliquer("Ne plus recevoir cette lettre")
    nina.voit("Vous ne recevez pas cette lettre")
    assert not Abonnement.objects.filter(courriel=NINA).exists()


def _laisser_passer_la_nuit() -> None:
    """Letters wait for the morning; the story is told at any hour."""
    siennes = Notification.objects.filter(genre="lettre")
    attendre(lambda: siennes.count() == 2)
    siennes.filter(etat_envoi="attente").update(envoyer_apres=maintenant())
    app.configure_task(TACHE_EXPEDIER).defer()


def _lien(texte: str) -> str:
    trouve = re.search(r"(/abonnements/lien/\S+)", texte)
    assert trouve, texte
    return trouve[1]
