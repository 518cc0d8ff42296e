"""A member's own list of events: hers only, cancelled once she has read what follows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from animation.models import Inscription
from animation.services.evenements import annuler_evenement
from animation.services.inscriptions import demander_inscription
from profils.models import Utilisateur
from tests.animation.scenes_agenda import JEUDI_14H, LUNDI_9H, evenement_de, publier, tenir, venir

pytestmark = pytest.mark.django_db

LISTE = "/agenda/mes-inscriptions/"


@pytest.fixture(autouse=True)
def lundi(deux_communautes: None) -> Iterator[Any]:
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


@pytest.fixture
def alice(boulangere: Utilisateur, client_de: Any) -> Client:
    client: Client = client_de(boulangere)
    return client


def lire(client: Client) -> str:
    reponse = client.get(LISTE)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def demander(client: Client, sienne: Inscription) -> str:
    """The page that asks first."""
    adresse = reverse("agenda:annuler_la_mienne", args=[sienne.uuid])
    assert adresse in lire(client)
    page: str = client.get(adresse).content.decode()
    return page.replace("\N{NO-BREAK SPACE}", " ")


def annuler(client: Client, cle: Any) -> Any:
    return client.post(reverse("agenda:annuler_la_mienne", args=[cle]), follow=True)


def test_elle_voit_ou_elle_va_et_ou_elle_attend_dans_l_ordre(
    alice: Client, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    complet = tenir(title="Second", capacite=1, debut=JEUDI_14H + timedelta(days=1))
    venir(complet, menuisiere, boulangere)
    venir(tenir(title="Premier"), boulangere)
    venir(tenir(title="D’une autre"), menuisiere)

    page = lire(alice)

    assert page.index("Premier") < page.index("Second")
    assert "Vous avez une place" in page
    assert "En attente" in page
    assert "D’une autre" not in page


def test_on_lui_dit_que_sa_place_est_attendue_puis_elle_va_a_la_suivante(
    alice: Client, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    sienne, suivante = venir(tenir(capacite=1), boulangere, menuisiere)
    avant = demander(alice, sienne)
    assert "Annuler votre inscription ?" in avant
    assert "Votre place va tout de suite à la première personne de la liste d’attente." in avant
    assert "vous passeriez au bout de la liste" in avant
    assert menuisiere.first_name not in avant
    sienne.refresh_from_db()
    assert sienne.est_inscrite  # asking wrote nothing

    page = annuler(alice, sienne.uuid).content.decode()

    assert "vous n’êtes plus attendu·e" in page
    assert "Aucun rendez-vous prévu" in page
    suivante.refresh_from_db()
    assert suivante.est_inscrite
    assert annuler(alice, sienne.uuid).status_code == 200  # twice is once


def test_on_lui_dit_ce_qu_elle_perd_selon_ou_elle_en_est(
    alice: Client, boulangere: Utilisateur, menuisiere: Utilisateur, lundi: Any
) -> None:
    (libre,) = venir(tenir(), boulangere)
    assert "vous réinscrire tant qu’il reste de la place" in demander(alice, libre)
    _, en_attente = venir(tenir(capacite=1), menuisiere, boulangere)
    page = demander(alice, en_attente)
    assert "Quitter la liste d’attente ?" in page
    assert "Vous n’attendez plus de place." in page
    lundi.move_to(JEUDI_14H + timedelta(minutes=5))
    assert "On ne revient pas en arrière : les inscriptions sont closes." in demander(alice, libre)
    lundi.move_to(JEUDI_14H + timedelta(days=1))
    assert alice.get(reverse("agenda:annuler_la_mienne", args=[libre.uuid])).headers["Location"] == LISTE


def test_celle_d_une_autre_n_existe_pas(alice: Client, menuisiere: Utilisateur) -> None:
    (autre,) = venir(tenir(), menuisiere)

    for cle in (autre.uuid, uuid4()):
        assert annuler(alice, cle).status_code == 404
        assert alice.get(reverse("agenda:annuler_la_mienne", args=[cle])).status_code == 404
    autre.refresh_from_db()
    assert autre.est_inscrite


def test_ce_qu_elle_a_demande_avec_son_adresse_y_est_une_fois_confirme(
    alice: Client, boulangere: Utilisateur
) -> None:
    evenement = tenir()
    demander_inscription(evenement=evenement, nom="Alice", courriel=boulangere.email)
    assert "Essayer la caisse tactile" not in lire(alice)

    Inscription.objects.update(etat="inscrite", rang=1)

    assert "Essayer la caisse tactile" in lire(alice)


def test_un_rendez_vous_annule_se_dit_et_un_rendez_vous_passe_se_range(
    alice: Client, boulangere: Utilisateur, animatrice: Utilisateur, lundi: Any
) -> None:
    passe = tenir(title="Hier déjà")
    (inscription,) = venir(passe, boulangere)
    annule = tenir(title="Tombé à l’eau", debut=JEUDI_14H + timedelta(days=2))
    venir(annule, boulangere)
    annuler_evenement(par=animatrice, evenement=annule, motif="La salle est fermée.")
    lundi.move_to(JEUDI_14H + timedelta(days=1))

    page = lire(alice)

    assert "Annulé par l’équipe" in page
    assert page.index("Tombé à l’eau") < page.index("Déjà passés") < page.index("Hier déjà")
    assert "Annuler mon inscription" not in page
    assert annuler(alice, inscription.uuid).status_code == 409


def test_elle_coute_autant_pour_deux_que_pour_douze(alice: Client, boulangere: Utilisateur) -> None:
    def compter() -> int:
        with CaptureQueriesContext(connection) as requetes:
            lire(alice)
        return len(requetes)

    for _ in range(2):
        venir(tenir(), boulangere)
    lire(alice)
    avec_deux = compter()
    for _ in range(10):
        venir(tenir(), boulangere)

    assert compter() == avec_deux


def test_une_page_renommee_garde_son_lien(alice: Client, boulangere: Utilisateur) -> None:
    evenement = tenir()
    venir(evenement, boulangere)
    publier(evenement.page, title="La caisse, suite")  # type: ignore[arg-type]

    assert "La caisse, suite" in lire(alice)
    assert evenement_de(evenement.page).titre == "La caisse, suite"  # type: ignore[arg-type]


def test_les_pages_y_menent(alice: Client, boulangere: Utilisateur) -> None:
    evenement = tenir()
    venir(evenement, boulangere)

    for adresse in ("/communautes/ille-et-vilaine/agenda/", evenement.page.get_url()):  # type: ignore[union-attr]
        assert f'href="{LISTE}"' in alice.get(adresse).content.decode()
