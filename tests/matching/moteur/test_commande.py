"""`resoudre_tour`: what it writes, and one sentence for each file it cannot use."""

import gzip
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

BON: dict[str, Any] = {"sommets": 4, "donneurs": [3], "arcs": [[0, 1], [1, 0, 2.5], [1, 2], [3, 2]]}


def ecrire(dossier: Path, contenu: object) -> Path:
    fichier = dossier / "graphe.json"
    fichier.write_text(json.dumps(contenu), encoding="utf-8")
    return fichier


def refus(*arguments: object) -> str:
    erreurs = StringIO()
    with pytest.raises(SystemExit) as sortie:
        call_command("resoudre_tour", *map(str, arguments), stderr=erreurs)
    assert sortie.value.code == 2
    (phrase,) = erreurs.getvalue().splitlines()
    return phrase


def test_elle_ecrit_le_tour(tmp_path: Path) -> None:
    sortie = tmp_path / "tour.json"
    options = ["--chaine", "2", "--duree", "5", "--graine", "7", "--sortie", str(sortie)]
    call_command("resoudre_tour", str(ecrire(tmp_path, BON)), *options)
    tour = json.loads(sortie.read_text(encoding="utf-8"))
    assert set(tour) == {"servis", "borne", "ecart", "duree_s", "memoire_mo", "cycles", "chaines"}
    assert (tour["servis"], tour["borne"], tour["ecart"]) == (3, 3, 0)
    assert (tour["cycles"], tour["chaines"]) == ([[0, 1]], [[3, 2]])


def test_elle_lit_un_fichier_compresse_et_n_affiche_que_le_tour(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fichier = tmp_path / "graphe.json.gz"
    fichier.write_bytes(gzip.compress(json.dumps(BON).encode()))
    dit = StringIO()
    call_command("resoudre_tour", str(fichier), stdout=dit)
    assert json.loads(dit.getvalue())["cycles"] == [[0, 1]]
    assert capfd.readouterr().out == ""  # the solver's banner would spoil the JSON


@pytest.mark.parametrize(
    ("changement", "extrait"),
    [
        ({"arcs": [[0, 9]]}, "sommet 9, inconnu"),
        ({"arcs": [[-1, 0]]}, "sommet -1, inconnu"),
        ({"arcs": [[0, 10**30]]}, "inconnu"),
        ({"arcs": [[1, 1]]}, "à lui-même"),
        ({"arcs": [[0, 1], [0, 1, 3]]}, "deux fois"),
        ({"arcs": [[0, 1, float("nan")]]}, "nombre fini"),
        ({"arcs": [[0, 1, float("inf")]]}, "nombre fini"),
        ({"arcs": [[0, 1, 10**400]]}, "nombre fini"),
        ({"arcs": [[0, 1, 1e308], [1, 0, 1e308]]}, "poids trop grand"),
        ({"arcs": [[0, 1, True]]}, "L’arc n° 1"),
        ({"arcs": [[True, 0]]}, "L’arc n° 1"),
        ({"sommets": True}, "nombre entier"),
        ({"arcs": [[0, 1, "lourd"]]}, "L’arc n° 1"),
        ({"arcs": [[0, 1], [0]]}, "L’arc n° 2"),
        ({"arcs": [[0, 1.5]]}, "L’arc n° 1"),
        ({"arcs": "0 1"}, "« arcs » doit être une liste"),
        ({"sommets": 0, "arcs": [], "donneurs": []}, "vide"),
        ({"sommets": -3}, "vide"),
        ({"sommets": "4"}, "nombre entier"),
        ({"sommets": 10**9}, "trop de sommets"),
        ({"donneurs": [7]}, "donneur 7"),
        ({"donneurs": [3, 3]}, "donneur 3 est écrit deux fois"),
        ({"donneurs": ["3"]}, "« donneurs »"),
    ],
)
def test_un_graphe_faux_est_dit_en_une_phrase(
    tmp_path: Path, changement: dict[str, Any], extrait: str
) -> None:
    assert extrait in refus(ecrire(tmp_path, BON | changement))


@pytest.mark.parametrize("contenu", [[1, 2], 3, {"sommets": 2}, {"arcs": []}])
def test_un_autre_document_est_refuse(tmp_path: Path, contenu: object) -> None:
    assert refus(ecrire(tmp_path, contenu))


def test_un_fichier_abime_est_dit_en_une_phrase(tmp_path: Path) -> None:
    fichier = tmp_path / "graphe.json"
    fichier.write_text("{pas du json", encoding="utf-8")
    assert "pas du JSON" in refus(fichier)
    fichier.write_bytes(b"\xff\xfe\x00")
    assert "pas du JSON" in refus(fichier)
    tronque = tmp_path / "graphe.json.gz"
    tronque.write_bytes(gzip.compress(json.dumps(BON).encode())[:-9])
    assert "tronqué" in refus(tronque)
    tronque.write_bytes(gzip.compress(json.dumps(BON).encode()) + b"suite")
    assert "tronqué" in refus(tronque)
    tronque.write_bytes(b"\x1f\x8bn'importe quoi")
    assert "tronqué" in refus(tronque)
    fichier.write_bytes(b"")
    assert "pas du JSON" in refus(fichier)
    tronque.write_bytes(b"{}")
    assert "gzip" in refus(tronque)
    assert "n’existe pas" in refus(tmp_path / "absent.json")
    assert "ne peut pas être lu" in refus(tmp_path)


@pytest.mark.parametrize(
    ("option", "valeur", "extrait"),
    [
        ("--cycle", "-1", "cercles"),
        ("--cycle", "4", "cercles"),
        ("--chaine", "-2", "chaînes"),
        ("--chaine", "deux", "nombre entier"),
        ("--duree", "-1", "durée"),
        ("--duree", "nan", "durée"),
        ("--duree", "vite", "secondes"),
        ("--graine", "x", "nombre entier"),
    ],
)
def test_une_option_absurde_est_dite_en_une_phrase(
    tmp_path: Path, option: str, valeur: str, extrait: str
) -> None:
    assert extrait in refus(ecrire(tmp_path, BON), f"{option}={valeur}")


def test_une_sortie_impossible_est_dite_en_une_phrase(tmp_path: Path) -> None:
    assert "écrit" in refus(ecrire(tmp_path, BON), f"--sortie={tmp_path}/absent/tour.json")
