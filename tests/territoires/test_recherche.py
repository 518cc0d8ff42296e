"""« Votre commune ou code postal »: what one types, and what is understood."""

import pytest
from django.db import connection

from territoires.models import CodePostal, Commune
from territoires.recherche import Demande, lire_demande
from territoires.services import charger_geographie
from tests.territoires.conftest import Deposer


@pytest.mark.parametrize(
    ("texte", "nom", "lieu"),
    [
        ("Rennes", "rennes", ""),
        ("  St-Malo ", "saint malo", ""),
        ("35400", "", "35400"),
        ("35 400", "", "35400"),
        ("Rennes (35)", "rennes", "35"),
        ("Rennes 35", "rennes", "35"),
        ("35000 Rennes", "rennes", "35000"),
        ("35042 Rennes Cedex 7", "rennes", "35042"),
        ("Ajaccio (2A)", "ajaccio", "2a"),
        ("Paris 11", "paris 11e arrondissement", ""),
        ("paris 1er", "paris 1er arrondissement", ""),
        ("Lyon 3ème arr.", "lyon 3e arrondissement", ""),
        ("Paris 11e Arrondissement (75)", "paris 11e arrondissement", ""),
        ("Marseille (13)", "marseille", "13"),
        ("Marseille 13e", "marseille 13e arrondissement", ""),
        ("Paris 75", "paris", "75"),
        ("", "", ""),
        ("***", "", ""),
    ],
)
def test_une_saisie_se_lit_comme_un_nom_et_un_lieu(texte: str, nom: str, lieu: str) -> None:
    assert lire_demande(texte) == Demande(nom, lieu)


def test_un_code_postal_corse_nomme_les_deux_departements() -> None:
    assert Demande(lieu="20000").departements == ["2A", "2B"]
    assert "971" in Demande(lieu="97110").departements


def noms(texte: str) -> list[str]:
    return [commune.nom for commune in Commune.objects.proposer(texte)]


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("Rennes", "Rennes"),
        ("RENNES", "Rennes"),
        ("renes", "Rennes"),
        ("Rennes (35)", "Rennes"),
        ("Rennes 35", "Rennes"),
        ("35000 Rennes", "Rennes"),
        ("35042 Rennes Cedex", "Rennes"),
        ("rene 35", "Rennes"),
        ("saint malo", "Saint-Malo"),
        ("st malo", "Saint-Malo"),
        ("St-Malo", "Saint-Malo"),
        ("35400", "Saint-Malo"),
        ("354", "Saint-Malo"),
        ("vitr", "Vitré"),
        ("Vitre", "Vitré"),
        ("chateaubrian", "Châteaubriant"),
        ("Chateaubriand", "Châteaubriant"),
        ("cesson sevigne", "Cesson-Sévigné"),
        ("versaille", "Versailles"),
    ],
)
def test_la_commune_voulue_vient_en_premier(db: None, texte: str, attendue: str) -> None:
    assert noms(texte)[:1] == [attendue]


@pytest.mark.parametrize(
    "texte", ["", " ", "x", "%", "_", "Trifouillis", "99999", "354001", "\x00", "é" * 10_000]
)
def test_une_saisie_sans_commune_ne_donne_rien(db: None, texte: str) -> None:
    assert noms(texte) == []


def test_un_nom_entier_ne_propose_pas_ce_qui_lui_ressemble(db: None) -> None:
    assert noms("Nantes") == ["Nantes"]


def test_un_code_postal_faux_ne_cache_pas_la_commune_du_departement(db: None) -> None:
    assert noms("35999 Rennes") == ["Rennes"]
    assert "Rennes" not in noms("44000 Rennes")


def test_paris_propose_ses_arrondissements_et_pas_la_ville(db: None, deposer: Deposer) -> None:
    charger_geographie(archive=deposer())
    assert (
        noms("Paris")
        == noms("paris 75")
        == noms("75011")
        == noms("Paris 11e")
        == ["Paris 11e Arrondissement"]
    )


def test_l_article_oublie_ne_change_rien(db: None, deposer: Deposer) -> None:
    charger_geographie(archive=deposer())
    verger = Commune.objects.proposer("verger")[0]
    assert (verger.nom, verger.rang) == ("Le Verger", 0)


def test_au_plus_huit_communes_sont_proposees(db: None) -> None:
    modele = Commune.objects.get(code="35360")
    for numero in range(12):
        modele.code, modele.nom, modele.cle_nom = (
            f"3590{numero:x}",
            f"Vitrelle-{numero}",
            f"vitrelle {numero}",
        )
        modele.save(force_insert=True)
    assert len(noms("vitr")) == 8
    assert noms("vitr")[0] == "Vitré"  # of two equal beginnings and sizes, the shorter name is closer


def test_un_code_postal_entier_propose_toutes_ses_communes(db: None) -> None:
    modele = Commune.objects.get(code="35360")
    for numero in range(12):
        modele.code, modele.nom, modele.cle_nom = f"3590{numero:x}", f"Bourg-{numero}", f"bourg {numero}"
        modele.save(force_insert=True)
        CodePostal.objects.create(code="35590", commune=modele)
    assert len(noms("35590")) == 12
    assert len(noms("3559")) == 8


def test_chaque_chemin_de_la_recherche_a_son_index(db: None) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
    plan = Commune.objects.choisissables().chercher("renes").explain()
    assert "Index Scan using commune_cle_nom_proche on territoires_commune" in plan
    assert "Order By: (upper(" in plan
    assert plan.count("commune_cle_nom_debut") >= 2
    assert "code_postal_debut" in Commune.objects.chercher("354").explain()
