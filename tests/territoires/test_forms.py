"""The commune field: a text that the server understands, with radios when it may mean several places."""

from typing import Any

import pytest
from django import forms

from territoires.forms import A_CHOISIR, INCONNUE, ChampCommune
from territoires.models import Commune


class Formulaire(forms.Form):
    commune = ChampCommune()
    ailleurs = ChampCommune(required=False)


def remplir(texte: str, code: str = "") -> Formulaire:
    return Formulaire({"commune": texte, "commune_code": code})


def homonyme(code: str, departement: str, nom: str = "Vitré") -> Commune:
    modele = Commune.objects.get(code="35360")
    modele.code, modele.departement_id, modele.nom = code, departement, nom
    modele.save(force_insert=True)
    return modele


@pytest.mark.parametrize("texte", ["Vitré", "vitre", "35500", "Vitré (35)", "35500 Vitré"])
def test_un_texte_sans_ambiguite_suffit(db: None, texte: str) -> None:
    formulaire = remplir(texte)
    assert formulaire.is_valid(), formulaire.errors
    assert formulaire.cleaned_data["commune"].code == "35360"
    assert formulaire.cleaned_data["ailleurs"] is None


def test_un_nom_bien_ecrit_ne_fait_pas_chercher_de_fautes(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        vitre = Commune.objects.seule_de_ce_nom("vitre")
    assert vitre == Commune.objects.get(code="35360")
    homonyme("44999", "44")
    assert Commune.objects.seule_de_ce_nom("Vitré") is None
    assert [Commune.objects.seule_de_ce_nom(texte) for texte in ("vitr", "35500", "Vitré (35)", "")] == [
        None
    ] * 4


@pytest.mark.parametrize("texte", ["Trifouillis", "99999", "<b>x</b>", "é" * 10_000, "\x00"])
def test_une_commune_inconnue_est_dite_au_champ(db: None, texte: str) -> None:
    assert remplir(texte).errors["commune"] == [INCONNUE]


def test_une_faute_est_dite_avec_la_commune_voulue(db: None) -> None:
    formulaire = remplir("renes")
    assert formulaire.errors["commune"] == [INCONNUE]
    assert 'value="35238"' in str(formulaire["commune"])
    assert remplir("renes", "35238").is_valid()


def test_les_premieres_lettres_demandent_de_choisir(db: None) -> None:
    formulaire = remplir("vitr")
    assert formulaire.errors["commune"] == [A_CHOISIR]
    html = str(formulaire["commune"])
    assert 'type="radio"' in html
    assert 'type="hidden"' not in html
    choisi = remplir("vitr", "35360")
    assert choisi.is_valid()
    assert choisi.cleaned_data["commune"].code == "35360"


def test_deux_homonymes_demandent_de_choisir(db: None) -> None:
    homonyme("44999", "44")
    formulaire = remplir("Vitré")
    assert formulaire.errors["commune"] == [A_CHOISIR]
    assert [c.code for c in formulaire.fields["commune"].widget.choix] == ["35360", "44999"]
    choisi = remplir("Vitré", "44999")
    assert choisi.is_valid()
    assert choisi.cleaned_data["commune"].departement_id == "44"


def test_le_texte_l_emporte_sur_un_code_d_avant(db: None) -> None:
    formulaire = remplir("Nantes", "35360")
    assert formulaire.is_valid()
    assert formulaire.cleaned_data["commune"].code == "44109"


@pytest.mark.parametrize("code", ["44109", "00000", "' OR 1=1", "\x00"])
def test_un_code_qui_ne_repond_pas_au_texte_est_ignore(db: None, code: str) -> None:
    assert remplir("vitr", code).errors["commune"] == [A_CHOISIR]


def test_les_choix_d_un_formulaire_ne_passent_pas_au_suivant(db: None) -> None:
    assert remplir("vitr").errors
    assert 'type="radio"' not in str(Formulaire()["commune"])


def test_un_champ_vide_est_dit_manquant(db: None) -> None:
    assert remplir("  ").errors["commune"]
    assert "commune" not in Formulaire({"commune": "Vitré"}).errors  # no code sent at all


@pytest.mark.parametrize("en_code", [True, False])
def test_une_valeur_initiale_montre_le_nom(db: None, en_code: bool) -> None:  # noqa: FBT001  a parameter of the test
    vitre = Commune.objects.get(code="35360")
    initiale: Any = vitre.code if en_code else vitre
    html = str(Formulaire(initial={"commune": initiale})["commune"])
    assert 'value="Vitré (35)"' in html
    assert 'name="commune_code" value="35360"' in html
    assert not Formulaire({"commune": "Vitré (35)"}, initial={"commune": initiale}).has_changed()
    assert Formulaire({"commune": "Nantes"}, initial={"commune": initiale}).has_changed()


def test_ce_qui_est_ecrit_revient_echappe(db: None) -> None:
    html = str(remplir('"><script>alert(1)</script>')["commune"])
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_le_champ_est_une_saisie_simple_sans_javascript(db: None) -> None:
    html = str(Formulaire()["commune"])
    assert '<input type="text"' in html
    assert "role=" not in html  # roles come with the script that honours them
    assert "champ_commune.js" in str(Formulaire().media)
