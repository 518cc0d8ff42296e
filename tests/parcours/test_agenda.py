"""An event, from the real editor to calendars: full, a queue, somebody leaves, the next one comes."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from animation.models import Evenement
from animation.services.pages import donner_acces_cms
from echange.socle.demo import lire_courriels
from echange.socle.horloge import PARIS, maintenant
from profils.models import Utilisateur
from tests.parcours.conftest import ATTENTE_MAX, Personne
from tests.serveur import Serveur, cookies_de

pytestmark = [pytest.mark.parcours, pytest.mark.django_db(transaction=True)]
AGENDA = "/communautes/ille-et-vilaine/agenda/"


def connecter(qui: Personne, utilisateur: Utilisateur, serveur: Serveur) -> Personne:
    cookies = [{"name": n, "value": v, "url": serveur.adresse} for n, v in cookies_de(utilisateur).items()]
    qui.contexte.add_cookies(cookies)  # type: ignore[arg-type]
    return qui


def courriel_a(boite: Path, adresse: str, objet: str) -> str:
    """Wait for this mail, and return its text."""
    limite = time.monotonic() + ATTENTE_MAX
    while time.monotonic() < limite:
        for courriel in lire_courriels(boite):
            if courriel.destinataire == adresse and objet in courriel.sujet:
                return courriel.texte
        time.sleep(0.1)
    pytest.fail(f"{adresse} did not receive « {objet} »")


def lien(texte: str) -> str:
    trouve = re.search(r"(/agenda/inscription/\S+)", texte)
    assert trouve
    return trouve[1]


def test_un_rendez_vous_du_clavier_de_l_animatrice_a_l_agenda_de_la_boulangere(
    personne: Callable[..., Personne],
    serveur: Serveur,
    boite_aux_lettres: Path,
    animatrice: Utilisateur,
    boulangere: Utilisateur,
    menuisiere: Utilisateur,
    tmp_path: Path,
) -> None:
    donner_acces_cms(utilisateur=animatrice)
    anna = connecter(personne("Anna"), animatrice, serveur)
    alice = connecter(personne("Alice"), boulangere, serveur)
    brune = connecter(personne("Brune", javascript=False), menuisiere, serveur)
    nina = personne("Nina")

    annoncer(anna)
    alice.ouvrir(AGENDA)
    alice.verifier("agenda")
    alice.cliquer("Essayer la caisse tactile")
    alice.voit("Plus qu’une place")
    alice.verifier("evenement")
    alice.cliquer("S’inscrire")
    alice.voit("Vous avez une place")
    alice.verifier()

    brune.ouvrir(AGENDA)
    brune.cliquer("Essayer la caisse tactile")
    brune.cliquer("S’inscrire en liste d’attente")
    brune.voit("Vous êtes la prochaine personne")
    nina.ouvrir(AGENDA)
    nina.cliquer("Essayer la caisse tactile")
    nina.cliquer("S’inscrire en liste d’attente")
    nina.ecrire("Votre prénom et votre nom", "Nina")
    nina.ecrire("Votre adresse e-mail", "nina@ailleurs.fr")
    nina.verifier()
    nina.cliquer("Recevoir le lien")
    nina.voit("Nous venons d’écrire à")
    nina.ouvrir(lien(courriel_a(boite_aux_lettres, "nina@ailleurs.fr", "Confirmez")))
    nina.cliquer("Confirmer mon inscription")
    nina.voit("1 personne attend avant vous")

    alice.cliquer("Annuler mon inscription")
    alice.voit("Votre place va tout de suite à la première personne de la liste d’attente.")
    alice.verifier()
    alice.cliquer("Annuler mon inscription")
    alice.voit("Vous n’êtes plus inscrit·e")
    brune.ouvrir(lien(courriel_a(boite_aux_lettres, "brune@exemple.fr", "Une place s’est libérée")))
    brune.voit("Vous avez une place")
    with brune.page.expect_download() as telechargement:
        brune.cliquer("Ajouter à mon agenda")
    fichier = tmp_path / "rendez-vous.ics"
    telechargement.value.save_as(fichier)
    (lu,) = Calendar.from_ical(fichier.read_bytes()).events
    evenement = Evenement.objects.get()
    assert (lu.start, str(lu["summary"])) == (evenement.debut, "Essayer la caisse tactile")

    anna.ouvrir(f"/animation/agenda/{evenement.uuid}/")
    anna.voit("Brune")
    anna.verifier("presences")


def annoncer(anna: Personne) -> None:
    """Write and publish the event in Wagtail's editor."""
    anna.page.set_viewport_size({"width": 1280, "height": 900})
    anna.ouvrir("/animation/agenda/")
    anna.verifier()
    anna.cliquer("Annoncer un rendez-vous")
    debut = maintenant().astimezone(PARIS) + timedelta(days=7)
    page = anna.page
    page.locator("#id_title").fill("Essayer la caisse tactile")
    page.locator("#id_accroche").fill("Une heure pour essayer, sans rien installer.")
    page.locator("#id_debut").fill("demain")
    page.locator("#id_lieu").fill("Le Tiers-Lieu")
    expect(page.get_by_role("alert")).to_contain_text("Nous ne comprenons pas cette date")
    expect(page.locator("#id_debut")).to_have_value("demain")  # what she typed stays
    page.locator("#id_debut").fill(f"{debut:%d/%m/%Y} 14 h")
    page.locator("#id_fin").fill(f"{debut:%d/%m/%Y} 16:00")
    page.locator("#id_lieu").focus()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.locator("#id_commune").fill("Rennes")
    page.locator("#id_capacite").fill("1")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Plus d'actions").click()
    page.locator("button[name=action-publish]").click()
    expect(page.get_by_text("est publiée").or_(page.get_by_text("publié")).first).to_be_visible()
    anna.erreurs.clear()  # the editor saves by itself, and is refused (400) as long as the date is « demain »
    page.set_viewport_size({"width": 390, "height": 844})
