"""Demonstration mode: its mails are read on a page, and production wants none of its accounts."""

import asyncio
import importlib
import os
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from pytest_django import Settings

from echange.socle import demo
from echange.socle.demo import COURRIELS_MAX, comptes_demo, lire_courriels, refuser_demo_en_production
from profils.models import Utilisateur
from tests import fabriques

LISTE = "/demo/courriels/"


def ecrire(dossier: Path, *sujets: str, texte: str = "Bonjour", html: str = "") -> None:
    """Write mails as Django does in demonstration mode, one connection (one file) for all."""
    courriels = []
    for sujet in sujets:
        courriel = EmailMultiAlternatives(sujet, texte, to=["alice@exemple.fr"])
        if html:
            courriel.attach_alternative(html, "text/html")
        courriels.append(courriel)
    connexion = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(dossier))
    connexion.send_messages(courriels)


@pytest.fixture
def dossier(tmp_path: Path, settings: Settings) -> Path:
    settings.DEMO, settings.COURRIELS_DIR = True, tmp_path
    return tmp_path


def test_un_fichier_peut_tenir_plusieurs_courriels(tmp_path: Path) -> None:
    ecrire(tmp_path, "Premier : é « » 123\N{NO-BREAK SPACE}456", "Second", texte="Voilà\n\nligne œuvre")
    second, premier = lire_courriels(tmp_path)
    assert premier.sujet == "Premier : é « » 123\N{NO-BREAK SPACE}456"
    assert premier.destinataire == "alice@exemple.fr"
    assert premier.texte.strip() == "Voilà\n\nligne œuvre"
    assert second.sujet == "Second"
    assert premier.cle != second.cle


def test_les_plus_recents_viennent_d_abord(tmp_path: Path) -> None:
    for age, sujet in enumerate(("Hier", "Avant-hier")):
        avant = set(tmp_path.iterdir())
        ecrire(tmp_path, sujet)
        (fichier,) = set(tmp_path.iterdir()) - avant
        os.utime(fichier, (1_700_000_000 - age * 86_400,) * 2)
        fichier.rename(tmp_path / f"{age}.log")
    assert [c.sujet for c in lire_courriels(tmp_path)] == ["Hier", "Avant-hier"]


def test_un_dossier_absent_est_une_boite_vide(tmp_path: Path) -> None:
    assert lire_courriels(tmp_path / "rien") == []


def test_la_liste_s_arrete_a_cent(tmp_path: Path) -> None:
    ecrire(tmp_path, *(f"n° {n}" for n in range(COURRIELS_MAX + 5)))
    assert len(lire_courriels(tmp_path)) == COURRIELS_MAX


@pytest.mark.django_db
def test_un_courriel_se_lit_sans_que_son_html_s_execute(client: Client, dossier: Path) -> None:
    ecrire(
        dossier,
        "<i>Objet</i>",
        texte="Ouvrez https://exemple.fr/x?a=1&b=2 <script>alert(1)</script>",
        html="<script>alert(2)</script>",
    )
    liste = client.get(LISTE).content.decode()
    assert "&lt;i&gt;Objet&lt;/i&gt;" in liste
    (courriel,) = lire_courriels(dossier)
    page = client.get(f"{LISTE}{courriel.cle}/").content.decode()
    assert 'href="https://exemple.fr/x?a=1&amp;b=2"' in page
    assert "&lt;script&gt;alert(1)" in page
    assert "alert(2)" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("cle", ["inconnu-0", "..%2f..%2fmanage", "%00"])
def test_un_courriel_inconnu_n_existe_pas(client: Client, dossier: Path, cle: str) -> None:
    (dossier.parent / "manage.log").write_text("Subject: secret\n\nsecret")
    assert client.get(f"{LISTE}{cle}/").status_code == 404


@pytest.mark.django_db
def test_hors_demonstration_la_boite_n_existe_pas(client: Client, dossier: Path, settings: Settings) -> None:
    ecrire(dossier, "Votre code : 123 456")
    (courriel,) = lire_courriels(dossier)
    settings.DEMO = False
    assert client.get(LISTE).status_code == 404
    assert client.get(f"{LISTE}{courriel.cle}/").status_code == 404


@pytest.mark.django_db
def test_une_boite_vide_ne_laisse_pas_sans_issue(client: Client, dossier: Path) -> None:
    assert "Actualiser" in client.get(LISTE).content.decode()


def compter(nombre: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_compter_comptes_demo", lambda: nombre)


def test_la_production_refuse_une_base_de_demonstration(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE = "production"
    compter(3, monkeypatch)
    with pytest.raises(ImproperlyConfigured, match=r"3 demonstration account\(s\)"):
        refuser_demo_en_production()


def test_la_production_demarre_sans_comptes_de_demonstration(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODE = "production"
    compter(0, monkeypatch)
    refuser_demo_en_production()


def test_ailleurs_la_base_n_est_pas_interrogee(settings: Settings) -> None:
    settings.MODE = "demo"
    refuser_demo_en_production()  # no database allowed in this test


@pytest.mark.django_db
def test_le_refus_reconnait_les_comptes_de_demonstration() -> None:
    fabriques.creer_utilisateur("Alice")
    Utilisateur.objects.create_user("alice@demo.example.fr")
    claire = Utilisateur.objects.create_user("claire@DEMO.example")
    assert list(comptes_demo()) == [claire]


def test_le_serveur_verifie_en_demarrant(monkeypatch: pytest.MonkeyPatch) -> None:
    appels: list[str] = []
    monkeypatch.setattr(demo, "refuser_demo_en_production", lambda: appels.append("vérifié"))
    sys.modules.pop("echange.asgi", None)
    importlib.import_module("echange.asgi")
    assert appels == ["vérifié"]


@pytest.mark.django_db
def test_la_verification_se_fait_dans_la_boucle_du_serveur(settings: Settings) -> None:
    """Uvicorn imports the application inside its event loop, where Django refuses the database."""
    settings.MODE = "production"

    async def demarrer() -> None:
        refuser_demo_en_production()

    asyncio.run(demarrer())
