"""`evaluer_rapprochement`: the figures, the misses, the file written, and nothing left behind."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from matching.models import Competence, SavoirFaire
from profils.models import Entreprise
from territoires.models import Commune

pytestmark = pytest.mark.django_db

PAIRES = {
    "savoir_faire": {
        "A": ["Photographier ses produits", "Mes photos au téléphone."],
        "B": ["Recevoir des factures électroniques", "La réforme, pas à pas."],
        "C": ["Arranger sa vitrine", "Décorer selon la saison."],
    },
    "besoins": [["mes photos sont moches", ["A"]], ["décorer ma vitrine", ["B"]]],
}


def ecrire(dossier: Path, contenu: Any) -> str:
    fichier = dossier / "jeu.json"
    fichier.write_text(contenu if isinstance(contenu, str) else json.dumps(contenu), encoding="utf-8")
    return str(fichier)


def evaluer(*arguments: str) -> str:
    sortie = StringIO()
    call_command("evaluer_rapprochement", *arguments, stdout=sortie)
    return sortie.getvalue()


def test_les_chiffres_et_chaque_manque(tmp_path: Path) -> None:
    dit = evaluer(ecrire(tmp_path, PAIRES))
    assert "2 textes, hit@1 0.500" in dit
    assert "«\u00a0décorer ma vitrine\u00a0» attendait B, a eu C" in dit
    assert "photos sont moches" not in dit


def test_les_classements_dans_l_ordre_du_fichier(tmp_path: Path) -> None:
    sortie = tmp_path / "sortie.json"
    evaluer(ecrire(tmp_path, PAIRES), "--sortie", str(sortie))
    ecrit = json.loads(sortie.read_text(encoding="utf-8"))
    assert [ligne["texte"] for ligne in ecrit] == ["mes photos sont moches", "décorer ma vitrine"]
    assert [ligne["classement"][0] for ligne in ecrit] == ["A", "C"]


def test_la_base_reste_comme_elle_etait(tmp_path: Path) -> None:
    avant = [modele.objects.count() for modele in (SavoirFaire, Entreprise, Commune)]
    evaluer(ecrire(tmp_path, PAIRES))
    assert [modele.objects.count() for modele in (SavoirFaire, Entreprise, Commune)] == avant


def test_une_base_vide_se_mesure_avec_l_arbre_du_site(tmp_path: Path) -> None:
    Competence.objects.all().delete()

    dit = evaluer(ecrire(tmp_path, PAIRES))

    assert "2 textes, hit@1 0.500" in dit
    assert not Competence.objects.exists()


def test_les_choix_se_rejouent(tmp_path: Path) -> None:
    choix = [{"texte": "mes photos sont moches", "competence": "photos-produits"}]
    assert "1 textes, hit@1 1.000" in evaluer(ecrire(tmp_path, choix))


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        ("{", "n’est pas du JSON"),
        ("[]", "aucun texte"),
        ({}, "doit avoir"),
        ({**PAIRES, "besoins": [["photos", ["Z"]]]}, "Le besoin n° 1"),
        ({**PAIRES, "besoins": [["photos", []]]}, "Le besoin n° 1"),
        ({**PAIRES, "savoir_faire": {"A": ["titre seul"]}}, "[titre, texte]"),
        ({**PAIRES, "savoir_faire": {"A": ["a\u0000b", "c"]}}, "[titre, texte]"),
        ([{"texte": "photos"}], "competence"),
        ([{"texte": "photos", "competence": "nulle-part"}], "n’est pas dans l’arbre"),
    ],
)
def test_un_mauvais_fichier_se_dit_en_une_phrase(tmp_path: Path, contenu: Any, dit: str) -> None:
    with pytest.raises(CommandError, match=r"^[^\n]+$") as refus:
        evaluer(ecrire(tmp_path, contenu))
    assert dit in str(refus.value)
    assert refus.value.returncode == 2


def test_un_fichier_absent_se_dit_aussi(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne se lit pas") as refus:
        evaluer(str(tmp_path / "absent.json"))
    assert refus.value.returncode == 2
