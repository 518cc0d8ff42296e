"""The agenda as a visitor reads it, registers, and keeps it in her calendar."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from animation.jetons_agenda import chemin_d_inscription
from animation.models import Evenement, GenreEvenement, Inscription
from animation.services.evenements import annuler_evenement
from animation.services.inscriptions import annuler_inscription
from profils.models import Utilisateur
from tests.animation.scenes_agenda import (
    JEUDI_14H,
    LUNDI_9H,
    annoncer,
    evenement_de,
    publier,
    tenir,
    venir,
    visiteuse,
)
from tests.facteur import Facteur
from tests.file_de_travail import executer_la_file

AGENDA = "/communautes/ille-et-vilaine/agenda/"
FLUX = "/agenda/ille-et-vilaine.ics"
VISIO = "https://visio.exemple/salle-secrete"
REQUETES_MAX = 12


@pytest.fixture(autouse=True)
def lundi(deux_communautes: None) -> Iterator[Any]:
    cache.clear()
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        yield voyage


def lire(client: Client, chemin: str, **entetes: Any) -> str:
    reponse = client.get(chemin, **entetes)
    assert reponse.status_code == 200
    return reponse.content.decode()


def compter(client: Client, chemin: str) -> int:
    lire(client, chemin)  # the site's root is remembered
    with CaptureQueriesContext(connection) as requetes:
        lire(client, chemin)
    return len(requetes)


def evenements_de(ics: bytes) -> list[Any]:
    return list(Calendar.from_ical(ics).events)


class TestListe:
    def test_vide_elle_dit_quoi_faire(self, client: Client) -> None:
        page = lire(client, AGENDA)
        assert "Rien de prévu pour l’instant" in page
        assert f"webcal://localhost:8000{FLUX}" in page

    def test_par_mois_les_passes_replies_les_brouillons_nulle_part(self, client: Client, lundi: Any) -> None:
        annoncer(title="Passé", debut=LUNDI_9H + timedelta(hours=1))
        annoncer(title="De décembre")
        annoncer(title="De janvier", debut=JEUDI_14H + timedelta(days=40))
        annoncer(title="Brouillon", en_ligne=False)
        annoncer(title="D’à côté", territoire="loire-atlantique")
        lundi.shift(timedelta(hours=6))
        page = lire(client, AGENDA)
        titres = re.findall(r">(Décembre 2026|De décembre|Janvier 2027|De janvier|Déjà passés|Passé)<", page)
        assert titres == [
            "Décembre 2026",
            "De décembre",
            "Janvier 2027",
            "De janvier",
            "Déjà passés",
            "Passé",
        ]
        assert "Brouillon" not in page
        assert "D’à côté" not in page

    def test_le_filtre_en_entier_ou_en_fragment(self, client: Client) -> None:
        annoncer(title="Un labo", genre=GenreEvenement.LABORATOIRE)
        annoncer(title="Un accueil", genre=GenreEvenement.ACCUEIL)
        for entetes, est_entiere in (({}, True), ({"HTTP_HX_REQUEST": "true"}, False)):
            page = lire(client, f"{AGENDA}?genre=accueil", **entetes)
            assert "Un accueil" in page
            assert "Un labo" not in page
            assert ("<!DOCTYPE html>" in page) == est_entiere
        assert "Un labo" in lire(client, f"{AGENDA}?genre=%00<b>")

    def test_autant_de_requetes_pour_deux_que_pour_douze(self, client: Client) -> None:
        for _ in range(2):
            annoncer()
        deux = compter(client, AGENDA)
        for _ in range(10):
            annoncer()
        assert compter(client, AGENDA) == deux <= REQUETES_MAX


class TestPage:
    def test_elle_dit_quand_ou_combien_et_jamais_la_visio(self, client: Client) -> None:
        page = annoncer(capacite=3, lien_visio=VISIO, adresse="12 rue de Brest")
        lue = lire(client, page.url)
        for mots in (
            "Jeudi 3 décembre de 14\u00a0h à 16\u00a0h",
            "Le Tiers-Lieu, 12 rue de Brest, Rennes, ou en visio",
            "Plus que 3 places.",
            "S’inscrire",
        ):
            assert mots in lue
        assert VISIO not in lue
        assert compter(client, page.url) <= REQUETES_MAX

    def test_complete_annulee_passee(
        self, client: Client, boulangere: Utilisateur, animatrice: Utilisateur, lundi: Any
    ) -> None:
        page = annoncer(capacite=1)
        venir(evenement_de(page), boulangere)
        assert "S’inscrire en liste d’attente" in lire(client, page.url)
        annuler_evenement(par=animatrice, evenement=evenement_de(page), motif="Trop de <b>neige</b>.")
        annulee = lire(client, page.url)
        assert "Ce rendez-vous est annulé" in annulee
        assert "Trop de &lt;b&gt;neige&lt;/b&gt;." in annulee
        assert "S’inscrire" not in annulee
        passe = annoncer(title="Autre")
        lundi.move_to(JEUDI_14H + timedelta(hours=3))
        assert "Ce rendez-vous a eu lieu." in lire(client, passe.url)

    def test_une_membre_s_inscrit_d_un_geste_et_s_y_retrouve(
        self, boulangere: Utilisateur, client_de: Any
    ) -> None:
        page = annoncer(lien_visio=VISIO)
        client = client_de(boulangere)
        inscrire = reverse("agenda:inscrire", args=[evenement_de(page).uuid])
        assert f'action="{inscrire}"' in lire(client, page.url)
        suite = client.post(inscrire, follow=True)
        assert "Vous avez une place" in suite.content.decode()
        assert VISIO in suite.content.decode()
        assert "Vous êtes inscrit·e." in lire(client, page.url)
        assert client.get(inscrire).status_code == 302


class TestVisiteuse:
    def demander(self, client: Client, evenement: Evenement, **champs: str) -> Any:
        chemin = reverse("agenda:inscrire", args=[evenement.uuid])
        return client.post(chemin, {"nom": "Nina", "courriel": "nina@ailleurs.fr", **champs})

    def test_elle_demande_confirme_puis_annule(
        self,
        client: Client,
        facteur: Facteur,
    ) -> None:
        evenement = tenir()
        reponse = self.demander(client, evenement).content.decode()
        assert "Nous venons d’écrire à <strong>nina@ailleurs.fr</strong>" in reponse
        executer_la_file()
        texte = facteur.recus[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        chemin = re.search(r"http://localhost:8000(/agenda/inscription/\S+)", texte)[1]  # type: ignore[index]
        assert "Confirmer mon inscription" in lire(client, chemin)
        assert evenement.inscriptions.get().etat == "a_confirmer"  # opening it wrote nothing
        for adresse, suite in (
            (chemin, "Vous avez une place"),
            (f"{chemin}annuler/", "Vous n’êtes plus inscrit·e"),
        ):
            client.get(adresse)
            assert suite not in lire(client, chemin)
            for _ in range(2):  # a double click does it once
                page = client.post(adresse, follow=True).content.decode()
                assert suite in page
            executer_la_file()
        methodes = [
            partie.get_param("method")
            for recu in facteur.recus
            for partie in recu.walk()
            if partie.get_content_type() == "text/calendar"
        ]
        assert methodes == ["REQUEST", "CANCEL"]

    def test_la_reponse_est_la_meme_pour_toutes(self, client: Client, boulangere: Utilisateur) -> None:
        evenement = tenir()
        venir(evenement, boulangere)
        reponses = {
            re.sub(r"\S+@\S+", "…", self.demander(client, evenement, courriel=courriel).content.decode())
            for courriel in ("alice@exemple.fr", "inconnue@ailleurs.fr")
        }
        assert len(reponses) == 1

    def test_un_robot_est_remercie_et_n_inscrit_personne(self, client: Client) -> None:
        evenement = tenir()
        reponse = self.demander(client, evenement, site_web="http://pub.exemple")
        assert reponse.status_code == 200
        assert not Inscription.objects.exists()

    @pytest.mark.parametrize(
        "champs",
        [
            {"nom": ""},
            {"nom": "x" * 121},
            {"nom": "a\x00b"},
            {"courriel": ""},
            {"courriel": "pas une adresse"},
            {"courriel": "a\x00@b.fr"},
            {"courriel": f"{'x' * 250}@b.fr"},
        ],
    )
    def test_ce_qui_ne_va_pas_est_dit_au_champ(self, client: Client, champs: dict[str, str]) -> None:
        reponse = self.demander(client, tenir(), **champs)
        assert reponse.status_code == 422
        assert not Inscription.objects.exists()

    def test_elle_ne_peut_pas_faire_ecrire_cent_fois(self, client: Client) -> None:
        evenements = [tenir() for _ in range(6)]
        statuts = [self.demander(client, e).status_code for e in evenements]
        assert statuts == [200] * 5 + [422]

    def test_un_lien_qui_n_est_pas_le_notre(self, client: Client) -> None:
        evenement = tenir()
        chemin = chemin_d_inscription(visiteuse(evenement, "Nina"))
        for suite in ("", "annuler/"):
            assert client.get(f"{chemin[:-3]}xx/{suite}").status_code == 404
            assert client.post(f"{chemin[:-3]}xx/{suite}").status_code == 404
        Inscription.objects.all().delete()
        for suite in ("", "annuler/"):
            assert client.get(chemin + suite).status_code == 404


class TestCalendriers:
    def test_celui_du_territoire_dit_les_publics_et_garde_les_annules(
        self, client: Client, animatrice: Utilisateur, lundi: Any
    ) -> None:
        un, autre = tenir(title="Un, deux ; trois", lien_visio=VISIO), tenir(title="Annulé")
        annoncer(title="Brouillon", en_ligne=False)
        tenir(title="D’à côté", territoire="loire-atlantique")
        annuler_evenement(par=animatrice, evenement=autre, motif="")
        reponse = client.get(FLUX)
        assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
        lus = {str(e["summary"]): e for e in evenements_de(reponse.content)}
        assert set(lus) == {"Un, deux ; trois", "Annulé"}
        assert str(lus["Annulé"]["status"]) == "CANCELLED"
        assert lus["Annulé"]["sequence"] == 1
        vu = lus["Un, deux ; trois"]
        assert vu.start.astimezone(UTC) == JEUDI_14H
        assert b"DTSTART;TZID=Europe/Paris:20261203T140000" in reponse.content
        assert str(vu["uid"]) == f"evenement-{un.uuid}@localhost"
        assert str(vu["class"]) == "PUBLIC"
        assert VISIO.encode() not in reponse.content.replace(b"\r\n ", b"")
        assert "Agenda Ille-et-Vilaine" in str(Calendar.from_ical(reponse.content)["x-wr-calname"])

    def test_un_territoire_inconnu_ou_ferme_n_a_pas_de_calendrier(self, client: Client) -> None:
        assert client.get("/agenda/nulle-part.ics").status_code == 404

    def test_celui_d_un_evenement_puis_deplace_puis_annule(
        self, client: Client, animatrice: Utilisateur, lundi: Any
    ) -> None:
        page = annoncer()
        evenement = evenement_de(page)
        chemin = reverse("agenda:evenement_ics", args=[evenement.uuid])
        suite = []
        for acte in (
            lambda: None,
            lambda: publier(page, debut=JEUDI_14H + timedelta(days=1), fin=JEUDI_14H + timedelta(days=2)),
            lambda: annuler_evenement(par=animatrice, evenement=evenement, motif=""),
        ):
            lundi.shift(60)
            acte()
            ics = client.get(chemin).content
            (lu,) = evenements_de(ics)
            suite.append((str(Calendar.from_ical(ics)["method"]), lu["sequence"], str(lu["status"])))
        assert suite == [("PUBLISH", 0, "CONFIRMED"), ("PUBLISH", 1, "CONFIRMED"), ("CANCEL", 2, "CANCELLED")]

    def test_la_visio_n_est_que_dans_celui_d_une_inscrite(
        self, client: Client, boulangere: Utilisateur, menuisiere: Utilisateur
    ) -> None:
        evenement = tenir(commune=None, lieu="", lien_visio=VISIO, capacite=1)
        alice, brune = venir(evenement, boulangere, menuisiere)
        public = client.get(reverse("agenda:evenement_ics", args=[evenement.uuid]))
        sien = client.get(chemin_d_inscription(alice) + "rendez-vous.ics")
        assert str(evenements_de(public.content)[0]["location"]) == "En visio"
        assert str(evenements_de(sien.content)[0]["location"]) == VISIO
        assert client.get(chemin_d_inscription(brune) + "rendez-vous.ics").status_code == 404
        annuler_inscription(inscription=alice)
        assert client.get(chemin_d_inscription(alice) + "rendez-vous.ics").status_code == 404

    def test_le_jour_du_changement_d_heure(self, client: Client) -> None:
        """Sunday 28 March 2027, from 1 to 4 in Paris: two hours pass."""
        debut = datetime(2027, 3, 28, 0, 0, tzinfo=UTC)
        tenir(debut=debut, fin=debut + timedelta(hours=2))
        (lu,) = evenements_de(client.get(FLUX).content)
        assert (lu.start.hour, lu.end.hour) == (1, 4)
        assert lu.end.astimezone(UTC) - lu.start.astimezone(UTC) == timedelta(hours=2)
