"""Loading the data file: idempotent, whole or not at all, and careful of what others wrote."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command

from profils.models import Entreprise
from territoires.models import CodePostal, Commune, Departement, Epci, Region, SourceChargee
from territoires.services import GeographieIllisible, charger_geographie, placer_communes
from tests import fabriques
from tests.territoires.conftest import LIGNES, Deposer


def codes_postaux(commune: str) -> set[str]:
    return set(CodePostal.objects.filter(commune=commune).values_list("code", flat=True))


def changer(code: str, **valeurs: str) -> list[Any]:
    """The usual communes, one of them changed; columns by their rank."""
    rangs = {"nom": 1, "epci": 3, "population": 4, "lon": 5, "exacte": 7, "codes_postaux": 9}
    lignes = [list(ligne) for ligne in LIGNES]
    for ligne in lignes:
        if ligne[0] == code:
            for nom, valeur in valeurs.items():
                ligne[rangs[nom]] = valeur
    return lignes


def test_tout_est_charge(db: None, deposer: Deposer) -> None:
    chargement = charger_geographie(archive=deposer())
    assert (chargement.communes, chargement.est_deja_fait) == (5, False)
    brieuc = Commune.objects.get(code="22278")
    assert (brieuc.nom, brieuc.cle_nom, brieuc.epci, brieuc.population) == (
        "Saint-Brieuc", "saint brieuc", None, 44000
    )  # fmt: skip
    assert (brieuc.position.x, brieuc.position.y, brieuc.est_exacte) == (-2.76, 48.51, True)
    assert Departement.objects.get(code="22").nom == "Côtes-d’Armor"  # typographic apostrophe
    assert codes_postaux("35238") == {"35000", "35200", "35700"}
    assert Region.objects.filter(code="53").exists()


def test_une_ville_divisee_le_sait(db: None, deposer: Deposer) -> None:
    charger_geographie(archive=deposer())
    assert Commune.objects.get(code="75056").a_arrondissements
    onzieme = Commune.objects.get(code="75111")
    assert (onzieme.parente_id, onzieme.a_arrondissements) == ("75056", False)
    assert not Commune.objects.choisissables().filter(code="75056").exists()


def test_le_meme_fichier_n_est_pas_relu(db: None, deposer: Deposer) -> None:
    archive = deposer()
    charger_geographie(archive=archive)
    Commune.objects.filter(code="35238").update(nom="Autre")
    assert charger_geographie(archive=archive).est_deja_fait
    assert Commune.objects.get(code="35238").nom == "Autre"


def test_un_nouveau_fichier_met_a_jour_ce_qui_change(db: None, deposer: Deposer) -> None:
    charger_geographie(archive=deposer())
    charger_geographie(
        archive=deposer(
            changer("35238", nom="Rennes-Métropole", population="231000", codes_postaux="35000 35099")
        )
    )
    rennes = Commune.objects.get(code="35238")
    assert (rennes.nom, rennes.cle_nom, rennes.population) == (
        "Rennes-Métropole",
        "rennes metropole",
        231_000,
    )
    assert codes_postaux("35238") == {"35000", "35099"}


def test_les_communes_nouvelles_rejoignent_leur_territoire(db: None, deposer: Deposer) -> None:
    charger_geographie(archive=deposer())
    assert Commune.objects.get(code="35353").territoire is not None
    assert Commune.objects.get(code="22278").territoire is None


def test_un_centre_officiel_n_est_plus_deplace(db: None, deposer: Deposer) -> None:
    charger_geographie(archive=deposer())
    placer_communes(departement="35", centres={"35353": (-1.9291, 48.0731)})
    charger_geographie(archive=deposer(changer("35353", lon="-1.5", population="9999")))
    verger = Commune.objects.get(code="35353")
    assert (verger.position.x, verger.est_exacte, verger.population) == (-1.9291, True, 9999)


def test_un_centre_du_fichier_est_corrige_par_le_fichier_suivant(db: None, deposer: Deposer) -> None:
    charger_geographie(archive=deposer())
    charger_geographie(archive=deposer(changer("35353", lon="-1.5")))
    assert Commune.objects.get(code="35353").position.x == -1.5


def test_une_commune_disparue_part(db: None, deposer: Deposer) -> None:
    assert charger_geographie(archive=deposer()).gardees == ()
    assert not Commune.objects.filter(code="35288").exists()
    assert Epci.objects.count() == 1


def test_une_commune_disparue_ou_est_une_entreprise_reste(boulangerie: Entreprise, deposer: Deposer) -> None:
    malouine = fabriques.creer_entreprise("Cordages", commune="35288")
    assert charger_geographie(archive=deposer()).gardees == ("Saint-Malo (35)",)
    malouine.refresh_from_db()
    assert malouine.commune.nom == "Saint-Malo"
    assert codes_postaux("35288") == set()


def abimer_zip(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-200])


def effacer(archive: Path) -> None:
    archive.unlink()


@pytest.mark.parametrize("abimer", [abimer_zip, effacer])
def test_un_fichier_abime_ne_change_rien(db: None, deposer: Deposer, abimer: Any) -> None:
    archive = deposer()
    abimer(archive)
    with pytest.raises(GeographieIllisible, match="absent ou abîmé"):
        charger_geographie(archive=archive)
    assert Commune.objects.count() == 8
    assert not SourceChargee.objects.exists()


@pytest.mark.parametrize(
    "tables",
    [
        {
            "communes": [["35238", "Rennes", "99", "", "1", "-1.6", "48.1", "1", "", ""]]
        },  # no such département
        {"communes": [LIGNES[0], LIGNES[0]]},
        {"communes": [["35238", "Rennes", "35", "", "beaucoup", "-1.6", "48.1", "1", "", ""]]},
        {"communes": [["35238", "Rennes", "35", "", "1", "-1.6", "48.1", "1", "75056", ""]]},  # no such city
        {"regions": [{"numero": "53"}]},
    ],
)
def test_un_fichier_incoherent_ne_change_rien(db: None, deposer: Deposer, tables: Any) -> None:
    with pytest.raises(GeographieIllisible):
        charger_geographie(archive=deposer(**tables))
    assert Commune.objects.count() == 8
    assert Commune.objects.get(code="35238").population == 225_081


def test_la_commande_dit_ce_qu_elle_fait(db: None, deposer: Deposer, capsys: Any) -> None:
    archive = deposer()
    call_command("charger_geographie", archive)
    call_command("charger_geographie", archive)
    sorties = capsys.readouterr().out.splitlines()
    assert sorties[-2:] == ["5 communes à jour.", "La géographie est déjà à jour."]
    archive.unlink()
    with pytest.raises(CommandError, match="rien n’a été chargé"):
        call_command("charger_geographie", archive)


def test_placer_ne_touche_que_le_departement_dit(rennes: Commune) -> None:
    assert placer_communes(departement="35", centres={"35238": (-1.6, 48.2), "44109": (0.0, 0.0)}) == 1
    rennes.refresh_from_db()
    assert rennes.position.equals_exact(Point(-1.6, 48.2, srid=4326))
    assert Commune.objects.get(code="44109").position.x == -1.5536
