"""A perimeter being chosen: finding places, counting communes, seeing whose they are."""

import re

import pytest

from territoires.models import Commune, Departement, Region, Territoire
from territoires.perimetre import LIEUX_MAX, Perimetre, chercher_lieux
from territoires.services import (
    PerimetreRefuse,
    fermer_territoire,
    ouvrir_territoire,
    reunir_territoires,
    rouvrir_territoire,
)

pytestmark = pytest.mark.django_db


def cles(texte: str) -> list[str]:
    return [lieu.cle for lieu in chercher_lieux(texte)]


@pytest.mark.parametrize(
    ("texte", "cle"),
    [
        ("35", "departement-35"),
        ("ille et vilaine", "departement-35"),
        ("loire", "departement-44"),
        ("rennes metropole", "epci-243500139"),
        ("renne métropole", "epci-243500139"),
        ("vitre", "commune-35360"),
        ("35500", "commune-35360"),
    ],
)
def test_un_lieu_se_trouve_comme_on_l_ecrit(texte: str, cle: str) -> None:
    assert cle in cles(texte)


@pytest.mark.parametrize("texte", ["", " ", "r", "zzzzzz", "<b>", "%", "'"])
def test_ce_qui_n_est_pas_un_lieu_ne_trouve_rien(texte: str) -> None:
    assert cles(texte) == []


@pytest.mark.parametrize("cle", ["35", "departement-", "pays-35", "epci-24'3", "commune-0123456789"])
def test_une_cle_fabriquee_est_refusee(cle: str) -> None:
    with pytest.raises(ValueError, match=re.escape(cle)):
        Perimetre.lire([cle])


def test_un_perimetre_sans_fin_est_refuse() -> None:
    with pytest.raises(ValueError, match="201"):
        Perimetre.lire(f"commune-{rang:05}" for rang in range(LIEUX_MAX + 1))


def test_les_communes_et_les_habitants_se_comptent_une_fois() -> None:
    perimetre = Perimetre.lire(["departement-35", "epci-243500139", "commune-35238"])
    assert perimetre.taille() == (4, 225081 + 17860 + 18900 + 47255)


def test_un_arrondissement_suit_sa_ville_sans_compter_double() -> None:
    modele = Commune.objects.get(code="35238")
    modele.code, modele.parente_id = "35999", "35238"
    modele.save(force_insert=True)
    perimetre = Perimetre.lire(["commune-35238"])
    assert perimetre.liste_des_communes().count() == 2
    assert perimetre.taille() == (1, 225081)


def test_ce_qui_est_deja_anime_se_nomme_et_se_compte() -> None:
    perimetre = Perimetre.lire(["epci-243500139", "commune-44109"])
    assert perimetre.deja_animees() == [("Ille-et-Vilaine", 2), ("Loire-Atlantique", 1)]


def test_un_territoire_ferme_garde_son_perimetre_et_se_rouvre() -> None:
    territoire = Territoire.objects.get(code="ille-et-vilaine")
    assert fermer_territoire(territoire=territoire)
    assert not fermer_territoire(territoire=territoire)
    assert not Commune.objects.filter(territoire=territoire).exists()
    assert rouvrir_territoire(territoire=territoire)
    assert not rouvrir_territoire(territoire=territoire)
    assert Commune.objects.filter(territoire=territoire).count() == 4


def test_on_ne_rouvre_pas_ce_qu_un_autre_anime_depuis() -> None:
    territoire = Territoire.objects.get(code="ille-et-vilaine")
    fermer_territoire(territoire=territoire)
    ouvrir_territoire(code="vitre", nom="Pays de Vitré", communes=["35360"])
    with pytest.raises(PerimetreRefuse, match="1 commune est déjà celle de «\u00a0Pays de Vitré\u00a0»"):
        rouvrir_territoire(territoire=territoire)


def test_reunir_donne_les_communes_pour_toujours() -> None:
    source, cible = (Territoire.objects.get(code=code) for code in ("yvelines", "hauts-de-seine"))
    reunir_territoires(source=source, cible=cible)
    source.refresh_from_db()
    assert (source.est_ouvert, source.rejoint) == (False, cible)
    assert {c.code for c in cible.communes.all()} == {"92050", "78646"}
    with pytest.raises(PerimetreRefuse, match="réuni à un autre"):
        rouvrir_territoire(territoire=source)
    with pytest.raises(PerimetreRefuse, match="doivent être ouverts"):
        reunir_territoires(source=source, cible=cible)
    with pytest.raises(PerimetreRefuse, match="un autre territoire"):
        reunir_territoires(source=cible, cible=cible)


def test_un_departement_voisin_se_reunit_en_deux_lieux() -> None:
    region = Region.objects.get(code="53")
    Departement.objects.create(code="56", nom="Morbihan", region=region)
    perimetre = Perimetre.lire(["departement-56", "departement-35"])
    assert [lieu.nom for lieu in perimetre.lieux] == ["Ille-et-Vilaine (35)", "Morbihan (56)"]
