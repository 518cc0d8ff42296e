"""The parts of the commands that a whole run cannot reach without breaking the machine."""

import ast
import os
import shutil
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from _outils import emplacement, paquets, processus, version
from _outils.chemins import PRISE_MAXIMALE
from _outils.commandes import DISQUE_PLEIN, SANS_RESEAU, cause_connue, verifier_place
from _outils.empreintes import Temoin, empreinte_fichiers
from _outils.terminal import Echec, duree, francais
from _outils.verifications import REGISTRES

from tests.bin.conftest import RACINE

ABSENT = paquets.Outil("PostgreSQL et PostGIS", lambda: False, lambda: ["postgresql"], ["postgis"])


@pytest.fixture
def sans_droits(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary account, on a machine that lacks PostGIS and has apt but no sudo."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(shutil, "which", lambda nom: "/usr/bin/apt-get" if nom == "apt-get" else None)
    monkeypatch.setattr(paquets, "outils_necessaires", lambda **_: [ABSENT])


@pytest.mark.usefixtures("sans_droits")
def test_sans_droits_on_dit_ce_qui_manque() -> None:
    with pytest.raises(Echec, match="Il manque PostgreSQL et PostGIS, et vous n’avez pas le droit"):
        paquets.assurer_paquets(postgres=True)


def test_un_disque_presque_plein_est_dit(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 — shaped like shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 700_000_000))
    with pytest.raises(Echec, match="Il reste 0,7\u00a0Go sur le disque de /, et il en faut 2,0\u00a0Go"):
        verifier_place(Path("/"), 2.0)


@pytest.mark.parametrize(
    ("journal", "attendue"),
    [
        ("Temporary failure resolving 'miroir.example'", SANS_RESEAU),
        ("ConnectTimeoutError: Connection to miroir.example timed out", SANS_RESEAU),
        ("OSError: [Errno 28] No space left on device", DISQUE_PLEIN),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", DISQUE_PLEIN),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", None),
    ],
)
def test_la_cause_se_lit_dans_le_journal(journal: str, attendue: str | None) -> None:
    assert cause_connue(journal) == attendue


def test_un_python_trop_ancien_est_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match=r"Python 3\.11 ou plus récent, et celui-ci est en version 3\.9"):
        version.exiger_python()


@pytest.mark.parametrize("nom", ["demo", "test", "verifier", "manage", "bench", "_outils/version.py"])
def test_un_vieux_python_sait_lire_ce_qui_le_refuse(nom: str) -> None:
    ast.parse((RACINE / "bin" / nom).read_text(), feature_version=(3, 4))


def test_un_temoin_ne_vaut_que_pour_ce_qu_il_a_vu(tmp_path: Path) -> None:
    donnees = tmp_path / "communes.csv"
    donnees.write_text("Rennes")
    temoin = Temoin("installer", tmp_path)
    temoin.poser(empreinte_fichiers([donnees]))
    assert temoin.vaut(empreinte_fichiers([donnees]))
    donnees.write_text("Nantes")
    assert not temoin.vaut(empreinte_fichiers([donnees]))


def test_un_numero_repris_par_un_autre_programme_n_est_pas_cru(tmp_path: Path) -> None:
    fichier = tmp_path / "web.pid"
    fichier.write_text(f"{os.getpid()}\n")
    assert processus.numero_vivant(fichier, ["python"]) == os.getpid()
    assert processus.numero_vivant(fichier, ["uvicorn", "echange.asgi:application"]) is None


def test_une_prise_trop_loin_est_rapprochee(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(emplacement, "LOCAL", tmp_path / ("dossier-tres-profond-" * 5))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    prise = emplacement.trouver_emplacement("postgres-test").prise
    assert len(os.fsencode(prise / emplacement.PRISE)) <= PRISE_MAXIMALE


def test_une_prise_deja_prise_par_un_autre_est_refusee(tmp_path: Path) -> None:
    prise = tmp_path / "prise"
    prise.mkdir(mode=0o755)
    with pytest.raises(Echec, match="n’est pas à vous"):
        emplacement.ouvrir_prise(emplacement.Emplacement(None, tmp_path, prise))


@pytest.mark.parametrize(("secondes", "texte"), [(3.24, "3,2 s"), (48, "48 s"), (125, "2 min 05 s")])
def test_les_durees_se_lisent_en_francais(secondes: float, texte: str) -> None:
    assert duree(secondes).replace("\u00a0", " ") == texte


def test_les_espaces_insecables() -> None:
    assert francais("« Rien » : fini !") == "«\u00a0Rien\u00a0»\u00a0: fini\u202f!"


def test_une_adresse_de_registre_est_reconnue() -> None:
    assert REGISTRES.search("extra-index" + "-url = https://miroir.example/simple")
    assert not REGISTRES.search("https://geo.api.gouv.fr")
