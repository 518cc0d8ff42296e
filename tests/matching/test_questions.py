"""The questions are three, and answers are short codes that the database knows."""

import pytest

from matching.questions import PAR_CODE, QUESTIONS, Questionnaire, prochaine_question

TAILLE = 12  # characters, in both columns of ReponseBilan


@pytest.mark.parametrize("questionnaire", [q for q in Questionnaire if q != Questionnaire.USAGE])
def test_chaque_fin_pose_trois_questions(questionnaire: Questionnaire) -> None:
    donnees: dict[str, str] = {}
    while question := prochaine_question(questionnaire, donnees):
        donnees[question.code] = question.choix.values[0]
    assert len(donnees) == 3


@pytest.mark.parametrize(("usage", "nombre"), [("oui", 1), ("un_peu", 2), ("non", 2)])
def test_un_mois_apres_une_question_et_pourquoi_si_cela_ne_sert_guere(usage: str, nombre: int) -> None:
    donnees = {"usage": usage}
    if question := prochaine_question(Questionnaire.USAGE, donnees):
        donnees[question.code] = "temps"
    assert prochaine_question(Questionnaire.USAGE, donnees) is None
    assert len(donnees) == nombre


def test_les_codes_tiennent_dans_la_base_et_les_boutons_sur_un_telephone() -> None:
    assert set(QUESTIONS) == set(Questionnaire)
    for code, question in PAR_CODE.items():
        assert len(code) <= TAILLE
        assert all(len(valeur) <= TAILLE for valeur in question.choix.values)
        assert all(len(str(libelle)) <= 50 for libelle in question.choix.labels)
        assert len(question.choix.values) <= 7
