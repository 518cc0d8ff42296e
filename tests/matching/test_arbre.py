"""The tree's file, its exports, its version: what a référent wrote on line is never undone."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from matching import suggestions
from matching.fichier_arbre import FORMATS, ArbreIllisible, arbre_en_base, ecrire_toml, lire
from matching.models import Competence, JournalArbre, Theme
from matching.services.arbre import FICHIER, charger_competences
from matching.services.competences import ContenuCompetence, creer_competence, modifier_competence
from matching.services.refonte import fusionner_competences, retirer_competence
from matching.version_arbre import version_de_l_arbre, version_recente
from profils.models import Utilisateur

pytestmark = pytest.mark.django_db

FICHIER_D_ESSAI = """
[[theme]]
code = "caisse"
titre = "Encaisser"

[[theme.competence]]
code = "caisse-tactile"
titre = "Prendre en main sa caisse"
phrase = "Régler ses produits et ses prix."
metier = false
dits = ["ma caisse tactile"]
jargon = ["TPV"]
voisines = ["paiement-carte"]

[[theme.competence]]
code = "paiement-carte"
titre = "Accepter la carte"
phrase = "Choisir un terminal."
metier = false
dits = ["prendre la carte bleue"]
jargon = []
voisines = []
"""


@pytest.fixture
def fichier(tmp_path: Path) -> Path:
    chemin = tmp_path / "arbre.toml"
    chemin.write_text(FICHIER_D_ESSAI, encoding="utf-8")
    return chemin


def reecrire(fichier: Path, avant: str, apres: str) -> None:
    texte = fichier.read_text(encoding="utf-8")
    assert avant in texte
    fichier.write_text(texte.replace(avant, apres), encoding="utf-8")


def contenu(competence: Competence, **champs: object) -> ContenuCompetence:
    """What the compétence holds now, with these changes."""
    valeurs: dict[str, object] = {
        "theme": competence.theme,
        "titre": competence.titre,
        "phrase": competence.phrase,
        "est_metier": competence.est_metier,
        "dits": competence.dits,
        "jargon": competence.jargon,
        "voisines": list(competence.voisines.all()),
    }
    return ContenuCompetence(**valeurs | champs)  # type: ignore[arg-type]  # checked by the dataclass's users


def test_le_fichier_est_le_point_de_depart(fichier: Path) -> None:
    chargement = charger_competences(fichier)
    assert chargement.creees == ("caisse-tactile", "paiement-carte")
    caisse = Competence.objects.get(code="caisse-tactile")
    assert [voisine.code for voisine in caisse.voisines.all()] == ["paiement-carte"]
    encore = charger_competences(fichier)
    assert (encore.creees, encore.modifiees, encore.gardees) == ((), (), ())


def test_relire_un_fichier_inchange_n_ecrit_rien(fichier: Path) -> None:
    charger_competences(fichier)
    version, lignes = version_de_l_arbre(), JournalArbre.objects.count()
    charger_competences(fichier)
    assert (version_de_l_arbre(), JournalArbre.objects.count()) == (version, lignes)


def test_le_fichier_continue_d_apporter_du_neuf(fichier: Path) -> None:
    charger_competences(fichier)
    reecrire(fichier, "Choisir un terminal.", "Choisir un terminal et ses frais.")
    chargement = charger_competences(fichier)
    assert chargement.modifiees == ("paiement-carte",)
    assert Competence.objects.get(code="paiement-carte").phrase == "Choisir un terminal et ses frais."
    journal = JournalArbre.objects.get(version=version_de_l_arbre())
    assert (journal.par, journal.cles) == (None, ["paiement-carte"])
    assert journal.avant["paiement-carte"]["phrase"] == "Choisir un terminal."


def test_ce_qu_un_referent_a_ecrit_l_emporte_sur_le_fichier(fichier: Path, referente: Utilisateur) -> None:
    charger_competences(fichier)
    caisse = Competence.objects.get(code="caisse-tactile")
    modifier_competence(
        par=referente, competence=caisse, contenu=contenu(caisse, titre="Apprivoiser sa caisse", voisines=[])
    )
    reecrire(fichier, "Choisir un terminal.", "Bien choisir.")
    chargement = charger_competences(fichier)
    assert chargement.gardees == ("caisse-tactile",)
    assert chargement.modifiees == ("paiement-carte",)
    caisse.refresh_from_db()
    assert caisse.titre == "Apprivoiser sa caisse"
    assert not caisse.voisines.exists()


def test_une_nouvelle_du_fichier_peut_etre_voisine_d_une_competence_modifiee_en_ligne(
    fichier: Path, referente: Utilisateur
) -> None:
    charger_competences(fichier)
    carte = Competence.objects.get(code="paiement-carte")
    modifier_competence(par=referente, competence=carte, contenu=contenu(carte, phrase="À nous."))
    with fichier.open("a", encoding="utf-8") as suite:
        suite.write(
            '[[theme.competence]]\ncode = "sans-contact"\ntitre = "Le sans contact"\nphrase = "Sans code."\n'
            'metier = false\ndits = []\njargon = []\nvoisines = ["paiement-carte"]\n'
        )
    charger_competences(fichier)
    assert {v.code for v in carte.voisines.all()} == {"caisse-tactile", "sans-contact"}


def test_une_competence_retiree_en_ligne_ne_revient_pas_par_le_fichier(
    fichier: Path, referente: Utilisateur
) -> None:
    charger_competences(fichier)
    carte = Competence.objects.get(code="paiement-carte")
    retirer_competence(par=referente, competence=carte)
    charger_competences(fichier)
    carte.refresh_from_db()
    assert carte.est_retiree


def test_ce_qui_quitte_le_fichier_reste_en_base(fichier: Path) -> None:
    charger_competences(fichier)
    fichier.write_text(FICHIER_D_ESSAI.partition('[[theme.competence]]\ncode = "paiement')[0])
    charger_competences(fichier)
    assert Competence.objects.filter(code="paiement-carte").exists()


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "theme = 3",
        "[[theme]]\ncode = 'a'",
        "pas du toml [",
        "[[theme]]\ncode='a'\ntitre='b'\n[[theme.competence]]\ncode='c'",
    ],
)
def test_un_fichier_abime_est_refuse_en_une_phrase_et_ne_change_rien(tmp_path: Path, texte: str) -> None:
    avant = arbre_en_base()
    mauvais = tmp_path / "mauvais.toml"
    mauvais.write_text(texte)
    with pytest.raises(ArbreIllisible):
        charger_competences(mauvais)
    assert arbre_en_base() == avant


def test_exporter_puis_charger_donne_le_meme_arbre(tmp_path: Path, referente: Utilisateur) -> None:
    charger_competences()
    visibilite = Theme.objects.get(code="visibilite")
    piege = 'guillemets " anti-slash \\ et tabulation\t, « é » 🥖'
    nouvelle = creer_competence(
        par=referente,
        contenu=ContenuCompetence(
            visibilite, "À l’essai", "Une « phrase ».", dits=[piege], jargon=["DEL\x7f"]
        ),
    )
    fusionner_competences(par=referente, source=nouvelle, cible=Competence.objects.get(code="photo-produits"))
    retirer_competence(par=referente, competence=Competence.objects.get(code="fiche-google"))
    arbre = arbre_en_base()
    export = tmp_path / "export.toml"
    export.write_text(ecrire_toml(arbre), encoding="utf-8")
    assert lire(export.read_text(encoding="utf-8")) == arbre
    Competence.objects.update(remplacee_par=None)
    Competence.objects.all().delete()
    Theme.objects.all().delete()
    charger_competences(export)
    assert arbre_en_base() == arbre


def test_le_fichier_du_projet_charge_est_celui_qu_on_exporte() -> None:
    """But for one thing: closeness is written on both sides."""
    Competence.objects.all().delete()
    Theme.objects.all().delete()
    charger_competences()
    attendu, obtenu = lire(FICHIER.read_text(encoding="utf-8")), arbre_en_base()
    assert [(b.code, b.titre) for b in obtenu] == [(b.code, b.titre) for b in attendu]
    for branche, autre in zip(obtenu, attendu, strict=True):
        for feuille, voulue in zip(branche.competences, autre.competences, strict=True):
            assert set(voulue.voisines) <= set(feuille.voisines)
            assert (feuille.code, feuille.dits, feuille.jargon) == (voulue.code, voulue.dits, voulue.jargon)


def test_les_autres_formats_disent_le_meme_arbre() -> None:
    arbre = arbre_en_base()
    assert [theme["code"] for theme in json.loads(FORMATS["json"](arbre))] == [b.code for b in arbre]
    lignes = list(csv.DictReader(io.StringIO(FORMATS["csv"](arbre)), delimiter=";"))
    assert [ligne["code"] for ligne in lignes] == [f.code for b in arbre for f in b.competences]
    assert lignes[0]["dits"] == "mes photos sont moches"


def test_une_formule_de_tableur_reste_un_texte(referente: Utilisateur) -> None:
    theme = Theme.objects.get(code="metiers")
    creer_competence(par=referente, contenu=ContenuCompetence(theme, "=1+1", "Phrase", dits=["@SUM(A1)"]))
    lignes = list(csv.DictReader(io.StringIO(FORMATS["csv"](arbre_en_base())), delimiter=";"))
    assert [(x["titre"], x["dits"]) for x in lignes if x["phrase"] == "Phrase"] == [("'=1+1", "'@SUM(A1)")]


def test_la_commande_ecrit_un_fichier_ou_la_sortie(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sortie = tmp_path / "arbre.toml"
    call_command("exporter_competences", sortie=sortie)
    assert lire(sortie.read_text(encoding="utf-8")) == arbre_en_base()
    capsys.readouterr()
    call_command("exporter_competences", format="json")
    assert json.loads(capsys.readouterr().out)[0]["code"] == "visibilite"


def test_les_suggestions_suivent_la_version_d_un_autre_processus(
    referente: Utilisateur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another process would see it: nothing tells it to forget, only the number changes."""
    assert suggestions.suggerer("dresser une table de fête") == []
    monkeypatch.setattr(suggestions, "oublier", lambda: None)
    monkeypatch.setattr("matching.version_arbre.FRAICHEUR", 3600.0)
    theme = Theme.objects.get(code="metiers")
    creer_competence(
        par=referente,
        contenu=ContenuCompetence(theme, "Dresser une table", "Fêtes.", dits=["dresser une table de fête"]),
    )
    assert suggestions.suggerer("dresser une table de fête") == []  # the number was read lately
    monkeypatch.setattr("matching.version_arbre.FRAICHEUR", -1.0)
    assert suggestions.suggerer("dresser une table de fête")[0].titre == "Dresser une table"


def test_la_version_ne_coute_une_requete_que_de_temps_en_temps(
    django_assert_num_queries: Any,
) -> None:
    suggestions.oublier()
    lue = version_recente()
    with django_assert_num_queries(0):
        assert version_recente() == lue
