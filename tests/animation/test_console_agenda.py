"""The team's side: who comes, who came, on a screen, on paper and in a spreadsheet."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from animation.models import Evenement, PageEvenement
from messagerie.models import Notification
from messagerie.notifications.courrier import composer
from profils.models import Entreprise, Utilisateur
from tests import fabriques
from tests.animation.scenes_agenda import JEUDI_14H, LUNDI_9H, annoncer, etats, tenir, venir, visiteuse


@pytest.fixture(autouse=True)
def lundi(deux_communautes: None) -> Iterator[Any]:
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


@pytest.fixture
def anna(animatrice: Utilisateur, client_de: Any) -> Client:
    client: Client = client_de(animatrice)
    return client


def page_de(evenement: Evenement) -> str:
    return reverse("animation:evenement", args=[evenement.uuid])


def lire(client: Client, chemin: str) -> str:
    reponse = client.get(chemin)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_son_agenda_et_rien_de_celui_des_voisines(anna: Client) -> None:
    assert "Rien de prévu" in lire(anna, reverse("animation:agenda"))
    tenir(title="Ici")
    tenir(title="Là-bas", territoire="loire-atlantique")
    page = lire(anna, reverse("animation:agenda"))
    assert "Ici" in page
    assert "Là-bas" not in page
    assert "Annoncer un rendez-vous" in page


def test_autant_de_requetes_pour_deux_que_pour_douze(anna: Client) -> None:
    def compter(chemin: str) -> int:
        with CaptureQueriesContext(connection) as requetes:
            lire(anna, chemin)
        return len(requetes)

    evenement = tenir()
    annoncer()
    venir(evenement, *(fabriques.creer_utilisateur(f"P{rang}") for rang in range(2)))
    chemins = (reverse("animation:agenda"), page_de(evenement))
    avant = [compter(chemin) for chemin in chemins]
    for _ in range(10):
        annoncer()
        annoncer(en_ligne=False)
    venir(evenement, *(fabriques.creer_utilisateur(f"Q{rang}") for rang in range(10)))
    assert [compter(chemin) for chemin in chemins] == avant


def test_ce_qu_elle_n_a_pas_fini_d_ecrire_se_retrouve(anna: Client) -> None:
    """A draft is kept by itself, sometimes before it has a date."""
    annoncer(en_ligne=False, title="Chez nous <bientôt>", debut=JEUDI_14H)
    annoncer(en_ligne=False, title="Chez la voisine", territoire="loire-atlantique")
    PageEvenement.objects.update(debut=None, fin=None)
    annoncer(title="En ligne")

    page = lire(anna, reverse("animation:agenda"))

    ecrits = page.partition("En cours d’écriture")[2]
    assert "Chez nous &lt;bientôt&gt;" in ecrits
    assert "En ligne" not in ecrits
    assert "Chez la voisine" not in page


def test_qui_vient_qui_attend_sur_l_ecran_le_papier_et_le_tableur(
    anna: Client, boulangere: Utilisateur, boulangerie: Entreprise
) -> None:
    evenement = tenir(capacite=1)
    venir(evenement, boulangere)
    visiteuse(evenement, "Nina")
    page = lire(anna, page_de(evenement))
    for mots in ("Alice", "Boulangerie du Marché", "alice@exemple.fr", "nina@ailleurs.fr", "sur 1"):
        assert mots in page
    papier = lire(anna, reverse("animation:imprimer_evenement", args=[evenement.uuid]))
    assert "Alice" in papier
    assert "encore inscrit" not in papier
    autre = reverse("animation:imprimer_evenement", args=[tenir().uuid])
    assert "Personne n’est encore inscrit." in lire(anna, autre)
    assert "alice@exemple.fr" not in papier
    tableur = lire(anna, reverse("animation:exporter_evenement", args=[evenement.uuid]))
    assert tableur.lstrip("\ufeff").splitlines() == [
        "Nom;Entreprise;Adresse e-mail;Inscription;Présence",
        "Alice;Boulangerie du Marché;alice@exemple.fr;Inscrite;",
        "Nina;;nina@ailleurs.fr;En liste d’attente;",
    ]


def test_un_nom_hostile_ne_devient_ni_formule_ni_balise(anna: Client) -> None:
    evenement = tenir()
    chemin = reverse("animation:ajouter_inscription", args=[evenement.uuid])
    anna.post(chemin, {"nom": "=HYPERLINK(<b>)", "courriel": ""})
    assert "'=HYPERLINK(<b>)" in lire(anna, reverse("animation:exporter_evenement", args=[evenement.uuid]))
    page = lire(anna, page_de(evenement))
    assert "=HYPERLINK(&lt;b&gt;)" in page
    assert "Sans adresse" in page


@pytest.mark.parametrize("champs", [{"nom": ""}, {"nom": "x" * 121}, {"nom": "A", "courriel": "non"}])
def test_inscrire_quelqu_un_dit_ce_qui_manque(anna: Client, champs: dict[str, str]) -> None:
    evenement = tenir()
    reponse = anna.post(reverse("animation:ajouter_inscription", args=[evenement.uuid]), champs)
    assert reponse.status_code == 422
    assert etats(evenement) == {}


def test_presente_absente_puis_corrigee(anna: Client, boulangere: Utilisateur, lundi: Any) -> None:
    evenement = tenir()
    (alice,) = venir(evenement, boulangere)
    chemin = reverse("animation:marquer_presence", args=[alice.uuid])
    assert "Retirer" in lire(anna, page_de(evenement))
    lundi.move_to(JEUDI_14H + timedelta(minutes=5))
    assert "Présent·e" in lire(anna, page_de(evenement))
    for envoye, garde in (("oui", True), ("non", False), ("", None), ("peut-être", None)):
        fragment = anna.post(chemin, {"presente": envoye}, headers={"hx-request": "true"})
        assert f'id="inscription-{alice.uuid}"' in fragment.content.decode()
        alice.refresh_from_db()
        assert alice.presente is garde
    assert anna.post(chemin, {"presente": "oui"}).status_code == 302


def test_retirer_quelqu_un_fait_avancer_la_file(
    anna: Client, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    evenement = tenir(capacite=1)
    alice, brune = venir(evenement, boulangere, menuisiere)
    chemin = reverse("animation:desinscrire", args=[alice.uuid])
    assert chemin in lire(anna, page_de(evenement))

    page = lire(anna, chemin)  # says what follows, and does nothing
    assert "Retirer Alice" in page
    assert "Sa place va tout de suite à Brune" in page
    assert etats(evenement) == {"Alice": "inscrite", "Brune": "attente"}
    assert "Sa place" not in lire(anna, reverse("animation:desinscrire", args=[brune.uuid]))

    assert "Alice n’est plus sur la liste." in anna.post(chemin, follow=True).content.decode()
    assert etats(evenement) == {"Alice": "annulee", "Brune": "inscrite"}
    assert anna.get(chemin).status_code == 302  # she has left already
    courriel = composer([Notification.objects.get(genre="evenement_annule")])
    assert "Votre inscription est annulée" in courriel.subject
    assert "ce n’est pas vous qui l’avez demandé" in str(courriel.body)


def test_qui_n_a_pas_d_adresse_on_le_lui_dit_soi_meme(anna: Client) -> None:
    evenement = tenir()
    anna.post(reverse("animation:ajouter_inscription", args=[evenement.uuid]), {"nom": "Zoé", "courriel": ""})
    zoe = evenement.inscriptions.get()
    assert "c’est à vous de le lui dire" in lire(anna, reverse("animation:desinscrire", args=[zoe.uuid]))


def test_annuler_demande_pourquoi_et_le_dit(anna: Client, boulangere: Utilisateur) -> None:
    evenement = tenir()
    venir(evenement, boulangere)
    chemin = reverse("animation:annuler_evenement", args=[evenement.uuid])
    assert "1 personne est prévenue par courriel" in lire(anna, chemin)
    assert anna.post(chemin, {"motif": "x" * 501}).status_code == 422
    suite = anna.post(chemin, {"motif": "La salle est prise."}, follow=True).content.decode()
    assert "La salle est prise." in suite
    assert "tout le monde est prévenu" in suite
    assert "déjà annulé" in anna.post(chemin, {"motif": ""}, follow=True).content.decode()
