"""`bin/demo`: one clear sentence for each thing that can go wrong, and nothing done twice."""

import fcntl
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.bin.conftest import Depot


def phrase(resultat: subprocess.CompletedProcess[str]) -> str:
    """Return the complaint, with ordinary spaces; a failure never shows a traceback."""
    assert resultat.returncode == 1
    assert "Traceback" not in resultat.stderr
    return resultat.stderr.replace("\u00a0", " ").replace("\u202f", " ").strip()


def test_l_aide_ne_prepare_rien(depot: Depot) -> None:
    resultat = depot.lancer("--help")
    assert "--reset" in resultat.stdout
    assert not (depot.racine / ".local").exists()


def test_une_option_inconnue_est_refusee(depot: Depot) -> None:
    assert phrase(depot.lancer("--rest")).startswith("« --rest » n’est pas une option de bin/demo")


@pytest.mark.parametrize("port", ["abc", "0", "70000", "²"])
def test_un_port_impossible_est_refuse(depot: Depot, port: str) -> None:
    assert phrase(depot.lancer(PORT=port)).startswith(f"PORT={port} n’est pas un numéro de port")


def test_un_port_pris_est_dit_avant_tout_travail(depot: Depot) -> None:
    with socket.socket() as autre_programme:
        autre_programme.bind(("127.0.0.1", depot.port))
        autre_programme.listen()
        assert phrase(depot.lancer()).startswith(f"Le port {depot.port} est déjà pris par un autre programme")
    assert not (depot.racine / ".local" / "venv").exists()


@pytest.mark.parametrize(
    ("adresse", "debut"),
    [
        ("postgresql://alice:secret@127.0.0.1:1/echange", "La base indiquée par DATABASE_URL ne répond pas"),
        (
            "postgresql:///echange?host=/nulle/part",
            "La base indiquée par DATABASE_URL ne répond pas (/nulle/part)",
        ),
        ("postgresql://serveur:port/echange", "DATABASE_URL est mal écrite"),
        ("mysql://localhost/echange", "DATABASE_URL doit commencer par postgresql://"),
    ],
)
def test_une_base_injoignable_est_dite_sans_montrer_le_secret(depot: Depot, adresse: str, debut: str) -> None:
    plainte = phrase(depot.lancer(DATABASE_URL=adresse))
    assert plainte.startswith(debut)
    assert "secret" not in plainte.replace("compte:secret", "")
    assert not (depot.racine / ".local" / "venv").exists()


def test_la_remise_a_zero_epargne_la_base_d_un_autre(depot: Depot) -> None:
    plainte = phrase(depot.lancer("--reset", DATABASE_URL="postgresql:///precieuse"))
    assert plainte.startswith("« --reset » n’efface que la base privée")


def test_deux_preparations_a_la_fois(depot: Depot) -> None:
    verrous = depot.racine / ".local" / "verrous"
    verrous.mkdir(parents=True)
    with (verrous / "preparation").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        assert phrase(depot.lancer()).startswith("Une préparation est déjà en cours ici")


def test_arreter_quand_rien_ne_tourne(depot: Depot) -> None:
    assert depot.lancer("--stop").stdout == "Rien ne tournait.\n"


def test_du_premier_lancement_a_l_arret(depot_pret: Depot) -> None:
    depot = depot_pret
    premier = depot.lancer()
    assert premier.returncode == 0, premier.stderr
    assert f"http://localhost:{depot.port}/demo/courriels/" in premier.stdout
    assert "alice@exemple.fr" in premier.stdout
    assert depot.appels() == ["collectstatic", "migrate", "installer", "charger_demo", "charger_demo"]

    (depot.racine / ".local" / "statiques").mkdir()
    assert "alice@exemple.fr" in depot.lancer().stdout
    assert depot.appels() == []

    depot.ecrire("profils/migrations/0002_suite.py", "")
    depot.lancer()
    assert depot.appels() == ["migrate", "installer", "charger_demo", "charger_demo"]

    assert "arrêtés" in depot.lancer("--stop").stdout
    with socket.socket() as prise:
        assert prise.connect_ex(("127.0.0.1", depot.port))


def test_une_etape_qui_echoue_montre_son_journal_et_reprend_la(depot_pret: Depot) -> None:
    depot = depot_pret
    depot.ecrire("echec.txt", "installer")
    plainte = phrase(depot.lancer())
    assert plainte.startswith("Les données de départ n’ont pas été chargées.")
    assert "installer.log" in plainte
    assert "La migration 0002 se plaint." in plainte
    assert depot.appels() == ["collectstatic", "migrate", "installer"]

    (depot.racine / "echec.txt").unlink()
    (depot.racine / ".local" / "statiques").mkdir()
    assert depot.lancer().returncode == 0
    assert depot.appels() == ["installer", "charger_demo", "charger_demo"]


def test_un_site_tue_est_relance(depot_pret: Depot) -> None:
    depot = depot_pret
    depot.lancer()
    numero = int((depot.racine / ".local" / "processus" / "web.pid").read_text())
    os.kill(numero, signal.SIGKILL)
    while Path(f"/proc/{numero}/cmdline").exists() and Path(f"/proc/{numero}/cmdline").read_bytes():
        time.sleep(0.05)
    resultat = depot.lancer()
    assert resultat.returncode == 0, resultat.stderr
    assert int((depot.racine / ".local" / "processus" / "web.pid").read_text()) != numero


def test_une_page_d_accueil_en_panne_est_dite(depot_pret: Depot) -> None:
    asgi = depot_pret.racine / "echange" / "asgi.py"
    asgi.write_text(asgi.read_text().replace("200", "500"))
    assert phrase(depot_pret.lancer()).startswith("La page d’accueil du site répond par une erreur 500.")
