"""Which commune is of which territoire: the finest open perimeter wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from territoires.models import Commune, Departement, Territoire
from territoires.services import (
    PILOTES,
    PerimetreRefuse,
    appliquer_perimetres,
    ouvrir_pilotes,
    ouvrir_territoire,
)


def territoire_de(commune: str) -> str | None:
    territoire = Commune.objects.get(code=commune).territoire
    return territoire.code if territoire else None


def test_ouvrir_rattache_les_communes(db: None) -> None:
    territoire = ouvrir_territoire(code="metropole", nom="Rennes Métropole", epcis=["243500139"])
    assert territoire.est_ouvert
    assert {commune.nom for commune in territoire.communes.all()} == {"Rennes", "Cesson-Sévigné"}
    assert territoire_de("35288") == "ille-et-vilaine"


def test_la_commune_l_emporte_sur_l_epci_et_l_epci_sur_le_departement(db: None) -> None:
    ouvrir_territoire(code="metropole", nom="Rennes Métropole", epcis=["243500139"])
    ouvrir_territoire(code="cesson", nom="Cesson", communes=["35051"])
    assert territoire_de("35051") == "cesson"
    assert territoire_de("35238") == "metropole"
    assert territoire_de("35360") == "ille-et-vilaine"


def test_un_arrondissement_suit_sa_ville(db: None) -> None:
    modele = Commune.objects.get(code="35238")
    modele.code, modele.parente_id, modele.departement_id, modele.epci = "35999", "35238", "44", None
    modele.save(force_insert=True)
    ouvrir_territoire(code="rennes", nom="Rennes", communes=["35238"])
    assert territoire_de("35999") == "rennes"


def test_un_territoire_ferme_rend_ses_communes(db: None) -> None:
    territoire = ouvrir_territoire(code="cesson", nom="Cesson", communes=["35051"])
    territoire.est_ouvert = False
    territoire.save()
    assert appliquer_perimetres() == 1
    assert territoire_de("35051") == "ille-et-vilaine"
    Territoire.objects.update(est_ouvert=False)
    assert appliquer_perimetres() == 8
    assert territoire_de("35051") is None


def test_appliquer_deux_fois_ne_change_rien(db: None) -> None:
    appliquer_perimetres()
    assert appliquer_perimetres() == 0


@pytest.mark.parametrize(
    ("perimetre", "phrase"),
    [
        ({}, "au moins un"),
        ({"departements": ["99"]}, "Code inconnu\u00a0: 99"),
        ({"communes": ["35238", "00000"]}, "Code inconnu\u00a0: 00000"),
        ({"departements": ["35"]}, "déjà celle du territoire «\u00a0Ille-et-Vilaine\u00a0»"),
    ],
)
def test_un_perimetre_impossible_est_refuse(db: None, perimetre: dict[str, list[str]], phrase: str) -> None:
    with pytest.raises(PerimetreRefuse, match=phrase):
        ouvrir_territoire(code="nouveau", nom="Nouveau", **perimetre)
    assert not Territoire.objects.filter(code="nouveau").exists()


def test_un_identifiant_deja_pris_est_refuse(db: None) -> None:
    with pytest.raises(PerimetreRefuse, match="existe déjà"):
        ouvrir_territoire(code="yvelines", nom="Yvelines bis", communes=["35238"])


@pytest.mark.django_db(transaction=True)
def test_deux_ouvertures_au_meme_instant_ne_prennent_pas_la_meme_intercommunalite() -> None:
    depart = Barrier(2)

    def ouvrir(code: str) -> bool:
        depart.wait()
        try:
            ouvrir_territoire(code=code, nom=code, epcis=["243500139"])
        except PerimetreRefuse:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as fils:
        assert sorted(fils.map(ouvrir, ["un", "deux"])) == [False, True]


def test_les_pilotes_s_ouvrent_une_fois(db: None) -> None:
    assert ouvrir_pilotes() == []
    Territoire.objects.filter(code="yvelines").delete()
    assert [territoire.code for territoire in ouvrir_pilotes()] == ["yvelines"]
    assert territoire_de("78646") == "yvelines"
    assert ouvrir_pilotes() == []


def test_un_pilote_ferme_depuis_n_est_pas_rouvert(db: None) -> None:
    Territoire.objects.filter(code="yvelines").update(est_ouvert=False, nom="Yvelines (fermé)")
    assert ouvrir_pilotes() == []
    assert not Territoire.objects.get(code="yvelines").est_ouvert


def test_les_pilotes_sont_ceux_de_la_feuille_de_route(db: None) -> None:
    assert {pilote.departement for pilote in PILOTES} == {"35", "44", "78", "92"}
    for pilote in PILOTES:
        assert Departement.objects.get(code=pilote.departement).nom == pilote.nom
