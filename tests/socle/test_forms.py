"""Forms: plain French errors, ties between a control and its texts, bits in and out."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from echange.socle.forms import (
    ChampCreneaux,
    ChampDrapeaux,
    FormulaireEchange,
    Presentation,
    erreurs_de_champs,
)


class Formulaire(FormulaireEchange, forms.Form):
    aides_options = {"niveau": {1: "Vous n’avez jamais essayé."}}

    email = forms.EmailField(label="Votre adresse")
    texte = forms.CharField(
        label="Avec vos mots", help_text="Simplement.", max_length=20, widget=forms.Textarea
    )
    ville = forms.CharField(
        label="Ville", required=False, error_messages={"max_length": "Plus court."}, max_length=3
    )
    niveau = forms.ChoiceField(
        label="Niveau", choices=[(1, "Je débute"), (2, "Ça va")], widget=forms.RadioSelect
    )
    modalites = ChampDrapeaux(label="Comment", choices=[(1, "Chez vous"), (4, "Ailleurs"), (8, "En visio")])
    creneaux = ChampCreneaux(label="Quand", jours=("lundi", "mardi"), moments=("matin", "soir"))
    accord = forms.BooleanField(label="J’accepte", required=True)


def remplir(**valeurs: str | list[str]) -> Formulaire:
    return Formulaire(MultiValueDict({k: v if isinstance(v, list) else [v] for k, v in valeurs.items()}))


def champ_rendu(formulaire: Formulaire, nom: str) -> str:
    return " ".join(render_to_string("composants/champ.html", {"champ": formulaire[nom]}).split())


def test_missing_answers_are_said_with_their_label() -> None:
    erreurs = remplir().errors
    assert erreurs["email"] == ["Écrivez votre adresse e-mail."]
    assert erreurs["texte"] == ["Il manque une réponse\u00a0: «\u00a0Avec vos mots\u00a0»."]
    assert erreurs["niveau"] == ["Choisissez une réponse\u00a0: «\u00a0Niveau\u00a0»."]
    assert erreurs["modalites"] == ["Cochez au moins une réponse\u00a0: «\u00a0Comment\u00a0»."]
    assert erreurs["accord"] == ["Cochez cette case pour continuer."]
    assert "creneaux" not in erreurs


def test_a_message_written_on_purpose_stays() -> None:
    assert remplir(ville="Rennes").errors["ville"] == ["Plus court."]
    trop_long = remplir(texte="x" * 25).errors["texte"]
    assert trop_long == ["C’est trop long\u00a0: 20 signes au plus, il y en a 25."]


@pytest.mark.parametrize(
    ("coches", "attendu"),
    [([], 0), (["0"], 0), (["1"], 1), (["1", "8"], 9), (["0", "4"], 0)],
)
def test_slots_become_bits_and_any_time_wins(coches: list[str], attendu: int) -> None:
    formulaire = remplir(creneaux=coches)
    formulaire.full_clean()
    assert formulaire.cleaned_data["creneaux"] == attendu


def test_bits_become_ticked_boxes() -> None:
    formulaire = Formulaire(initial={"modalites": 9, "creneaux": 6})
    assert [o.valeur for o in Presentation(formulaire["modalites"]).options if o.est_cochee] == ["1", "8"]
    lignes = Presentation(formulaire["creneaux"]).lignes
    assert [(jour, [o.libelle for o in cases if o.est_cochee]) for jour, cases in lignes] == [
        ("lundi", ["lundi soir"]),
        ("mardi", ["mardi matin"]),
    ]
    vide = Presentation(Formulaire(initial={"creneaux": 0})["creneaux"])
    assert vide.peu_importe.est_cochee


def test_nothing_changed_when_the_same_boxes_come_back() -> None:
    formulaire = Formulaire(MultiValueDict({"creneaux": ["2", "4"]}), initial={"creneaux": 6})
    assert "creneaux" not in formulaire.changed_data


def test_a_forged_answer_is_refused() -> None:
    assert remplir(modalites=["2"]).errors["modalites"] == ["Choisissez une des réponses proposées."]


def test_a_control_is_tied_to_its_hint_and_its_error() -> None:
    formulaire = remplir()
    texte = champ_rendu(formulaire, "texte")
    assert 'aria-describedby="id_texte_aide id_texte_erreur"' in texte
    assert 'aria-invalid="true"' in texte
    assert 'id="id_texte_aide"' in texte
    assert 'id="id_texte_erreur"' in texte
    assert 'data-compteur="id_texte"' in texte
    assert 'autocomplete="email"' in champ_rendu(formulaire, "email")
    assert "(facultatif)" in champ_rendu(formulaire, "ville")


def test_a_group_is_a_fieldset_whose_answers_have_their_sentence() -> None:
    niveau = champ_rendu(Formulaire(), "niveau")
    assert "<fieldset" in niveau
    assert "<legend" in niveau
    assert 'aria-describedby="id_niveau_0_aide"' in niveau
    assert "Vous n’avez jamais essayé." in niveau


def test_the_week_is_a_table_with_headers() -> None:
    creneaux = champ_rendu(Formulaire(), "creneaux")
    assert '<th scope="col">matin</th>' in creneaux
    assert '<th scope="row">lundi</th>' in creneaux
    assert creneaux.count('type="checkbox"') == 5


def test_the_summary_leads_to_controls_that_exist() -> None:
    formulaire = remplir(texte="Bonjour")
    page = render_to_string("composants/formulaire.html", {"formulaire": formulaire})
    lignes = erreurs_de_champs(formulaire)
    assert [ligne.cible for ligne in lignes] == ["id_email", "id_niveau_0", "id_modalites_0", "id_accord"]
    for ligne in lignes:
        assert f'href="#{ligne.cible}"' in page
        assert f'id="{ligne.cible}"' in page


def test_what_people_write_is_escaped() -> None:
    formulaire = remplir(texte="<script>alert(1)</script>")
    formulaire.full_clean()
    formulaire.add_error("ville", "<b>non</b>")
    formulaire.add_error(None, "<i>non</i>")
    page = str(formulaire)
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert "<i>" not in page
