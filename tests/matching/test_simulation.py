"""`simuler_marche`: to a file, into the database and out of it."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from matching.models import Arete, Besoin, Echange, SavoirFaire
from matching.moteur.simulation import simuler
from matching.moteur.simulation_graphe import relier
from matching.moteur.tour.lecture import lire_graphe
from matching.simulation import arbre_par_frequence, entreprises_simulees, lieux_de
from profils.models import Entreprise
from tests.matching import scenes

pytestmark = pytest.mark.django_db


def lancer(*arguments: str) -> str:
    dit = StringIO()
    call_command("simuler_marche", *arguments, stdout=dit)
    return dit.getvalue()


def refus(*arguments: str) -> str:
    erreurs = StringIO()
    with pytest.raises(SystemExit) as sortie:
        call_command("simuler_marche", *arguments, stderr=erreurs)
    assert sortie.value.code == 2
    (phrase,) = erreurs.getvalue().splitlines()
    return phrase


def communes(nombre: int = 40, **perimetre: str) -> set[str]:
    marche = simuler(nombre, 1, lieux=lieux_de(**perimetre), arbre=arbre_par_frequence())
    return {marche.lieux.codes[rang] for rang in marche.commune.tolist()}


# ---- To a file ----------------------------------------------------------------------------------


def test_it_writes_a_file_that_the_engine_reads(tmp_path: Path) -> None:
    sorties = [tmp_path / nom for nom in ("un.json.gz", "deux.json.gz")]
    for sortie in sorties:
        dit = lancer("--entreprises", "60", "--graine", "3", "--sortie", str(sortie))
    assert dit.startswith("60 entreprises")
    assert sorties[0].read_bytes() == sorties[1].read_bytes()
    assert lire_graphe(sorties[0]).sommets >= 60
    assert not entreprises_simulees().exists()


def test_a_perimeter_keeps_the_companies_in_it(tmp_path: Path) -> None:
    assert communes(departement="35") <= {"35238", "35051", "35360", "35288"}
    assert communes(territoire="loire-atlantique") == {"44109", "44036"}
    lancer("--entreprises", "9", "--departement", "92", "--sortie", str(tmp_path / "m.json"))
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8"))["communes"] == ["92050"] * 9


# ---- Into the database --------------------------------------------------------------------------


def test_the_database_gets_the_market_and_the_arcs_are_the_same(boulangerie: Entreprise) -> None:
    lancer("--entreprises", "80", "--graine", "5", "--departement", "35", "--base")

    marche = simuler(80, 5, lieux=lieux_de(departement="35"), arbre=arbre_par_frequence())
    aretes = relier(marche)
    besoins, savoirs = (
        list(modele.objects.order_by("uuid").values_list("pk", flat=True)) for modele in (Besoin, SavoirFaire)
    )
    attendues = {
        (besoins[b], savoirs[s]): score
        for b, s, score in zip(
            aretes.besoin.tolist(), aretes.savoir.tolist(), aretes.score.tolist(), strict=True
        )
    }
    lues = {(b, s): score for b, s, score in Arete.objects.values_list("besoin", "savoir_faire", "score")}
    assert len(lues) > 50
    assert lues == pytest.approx(attendues, abs=1e-4)
    assert entreprises_simulees().count() == 80
    assert Besoin.objects.publiees().count() == len(marche.besoins)


def test_a_second_market_waits_to_be_asked_twice(boulangerie: Entreprise) -> None:
    lancer("--entreprises", "5", "--base")
    assert "déjà là" in refus("--entreprises", "7", "--base")
    assert entreprises_simulees().count() == 5
    lancer("--entreprises", "7", "--base", "--remplacer")
    assert entreprises_simulees().count() == 7


def test_it_goes_without_a_trace_and_takes_nobody_along(boulangerie: Entreprise) -> None:
    scenes.demander(boulangerie, "site-vitrine")
    lancer("--entreprises", "30", "--departement", "35", "--base")
    simulee = entreprises_simulees().filter(besoins__isnull=False, savoir_faire__isnull=False).first()
    assert simulee
    echange = Echange.objects.create(
        nature="direct", initiatrice=boulangerie, empreinte="x", expire_le=boulangerie.cree_le
    )
    echange.participations.create(entreprise=simulee)
    echange.apports.create(
        donneur=simulee,
        receveur=boulangerie,
        besoin=boulangerie.besoins.get(),
        savoir_faire=simulee.savoir_faire.all()[0],
        distance_m=1,
    )

    assert lancer("--retirer").startswith("30 entreprises simulées retirées")
    assert list(Entreprise.objects.all()) == [boulangerie]
    assert Besoin.objects.count() == 1
    assert not SavoirFaire.objects.exists()
    assert not Echange.objects.exists()
    assert lancer("--retirer").startswith("0 entreprise")


def test_never_on_the_real_site(settings: Settings, tmp_path: Path) -> None:
    settings.MODE = "production"
    for arguments in (["--entreprises", "5", "--base"], ["--retirer"]):
        assert "démonstration" in refus(*arguments)
    assert not Entreprise.objects.exists()
    lancer("--entreprises", "5", "--sortie", str(tmp_path / "m.json"))  # a file does no harm


# ---- One sentence -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "extrait"),
    [
        ({"entreprises": "0"}, "au moins une"),
        ({"entreprises": "-4"}, "au moins une"),
        ({"entreprises": "dix"}, "nombre entier"),
        ({"entreprises": "1.5"}, "nombre entier"),
        ({"entreprises": "9" * 30}, "Pas plus de"),
        ({"graine": "-1"}, "graine"),
        ({"graine": "x"}, "nombre entier"),
        ({"departement": "999"}, "département « 999 »"),
        ({"territoire": "ailleurs"}, "territoire « ailleurs »"),
        ({"territoire": "yvelines", "departement": "78"}, "pas les deux"),
        ({"sortie": "/nulle/part/m.json"}, "ne peut pas être écrit"),
        ({"sortie": "/"}, "ne peut pas être écrit"),
    ],
)
def test_what_makes_no_sense_is_said_in_one_sentence(
    tmp_path: Path, options: dict[str, Any], extrait: str
) -> None:
    toutes = {"entreprises": "5", "sortie": str(tmp_path / "m.json")} | options
    assert extrait in refus(*(f"--{nom}={valeur}" for nom, valeur in toutes.items()))


def test_it_must_know_how_many_and_where_to(tmp_path: Path) -> None:
    assert "--entreprises" in refus("--sortie", str(tmp_path / "m.json"))
    assert "Choisissez où" in refus("--entreprises", "5")
    assert "Choisissez où" in refus("--entreprises", "5", "--base", "--sortie", str(tmp_path / "m.json"))


def test_without_trades_nothing_is_loaded() -> None:
    assert "métiers" in refus("--entreprises", "5", "--base")
    assert not Entreprise.objects.exists()
