"""« Je ne sais pas quoi proposer »: questions by trade that find a savoir-faire, and nothing written."""

from typing import Any

import pytest
from django.urls import reverse

from matching.models import Competence, SavoirFaire
from matching.pistes import _lire, questions_pour
from matching.services.arbre import charger_competences
from profils.models import Entreprise, Secteur, Utilisateur
from profils.secteurs import charger_secteurs
from tests.matching.scenes import demander

pytestmark = pytest.mark.django_db

TROUVER = reverse("matching:trouver_savoir_faire")


@pytest.fixture
def maison() -> None:
    """The trades and the tree of the site in place of the small ones."""
    charger_secteurs()
    charger_competences()


def devenir(entreprise: Entreprise, secteur: str) -> None:
    entreprise.secteur = Secteur.objects.get(code=secteur)
    entreprise.save()


def test_chaque_metier_a_ses_questions_et_l_arbre_les_connait(maison: None) -> None:
    codes = set(Competence.objects.values_list("pk", flat=True))
    par_secteur, pour_tous = _lire()
    secteurs = set(Secteur.objects.filter(code__in=par_secteur).values_list("code", flat=True))
    assert secteurs == set(par_secteur) >= {"boulangerie", "agriculture", "autre", "conseil-numerique"}
    for questions in (pour_tous, *(siennes for siennes, _ in par_secteur.values())):
        for question in questions:
            assert question.competence in codes
            assert question.question.endswith("\u00a0?")
            assert question.dit.endswith(".")
    assert all(len(questions_pour(secteur)) >= 6 for secteur in secteurs)


def test_une_competence_n_est_demandee_qu_une_fois(maison: None) -> None:
    codes = [question.competence for question in questions_pour("boulangerie")]
    assert codes[:2] == ["vitrine", "boulange"]
    assert len(codes) == len(set(codes))


def test_un_vendeur_de_numerique_n_est_interroge_que_sur_les_metiers(maison: None) -> None:
    codes = [question.competence for question in questions_pour("conseil-numerique")]
    assert codes
    assert all(Competence.objects.filter(pk__in=codes).values_list("est_metier", flat=True))


def test_une_competence_retiree_n_est_plus_demandee(maison: None) -> None:
    Competence.objects.filter(pk="vitrine").update(est_retiree=True)
    assert "vitrine" not in {question.competence for question in questions_pour("boulangerie")}


def test_les_reponses_menent_a_l_annonce_remplie_et_n_ecrivent_rien(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, maison: None
) -> None:
    devenir(boulangerie, "boulangerie")
    navigateur = client_de(boulangere)
    assert (
        "Je ne sais pas quoi proposer"
        in navigateur.get(reverse("matching:publier_savoir_faire")).content.decode()
    )
    page = navigateur.get(TROUVER).content.decode()
    assert "Vos clients vous disent-ils que vos vitrines sont belles" in page
    reponse = navigateur.get(TROUVER, {"oui": ["vitrine", "accueil"]})
    (piste, url), _ = reponse.context["pistes"]
    assert piste.competence.pk == "vitrine"
    publier = navigateur.get(url)
    assert piste.dit in publier.content.decode()
    assert publier.context["formulaire"]["competence"].value() == "vitrine"
    assert not SavoirFaire.objects.exists()


def test_ce_que_des_voisins_cherchent_vient_en_tete(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, menuiserie: Entreprise, maison: None
) -> None:
    devenir(boulangerie, "boulangerie")
    demander(menuiserie, "accueil")
    demander(boulangerie, "vitrine")  # her own besoin is nobody's demand
    reponse = client_de(boulangere).get(TROUVER, {"oui": ["vitrine", "accueil"]})
    assert [(p.competence.pk, p.demandes) for p, _ in reponse.context["pistes"]] == [
        ("accueil", 1),
        ("vitrine", 0),
    ]
    assert "1 entreprise autour de vous le cherche" in reponse.content.decode()


@pytest.mark.parametrize("oui", ["", "nulle-part", "<b>", "a\x00b", "photo-produits"])
def test_une_reponse_forgee_est_refusee_en_une_phrase(
    client_de: Any, boulangere: Utilisateur, boulangerie: Entreprise, maison: None, oui: str
) -> None:
    devenir(boulangerie, "boulangerie")
    reponse = client_de(boulangere).get(TROUVER, {"oui": oui})
    assert reponse.status_code == 422
    assert reponse.context["formulaire"].errors["oui"]
    assert reponse.context["pistes"] == []


def test_autant_de_requetes_pour_un_oui_que_pour_six(
    client_de: Any,
    boulangere: Utilisateur,
    boulangerie: Entreprise,
    maison: None,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    devenir(boulangerie, "boulangerie")
    navigateur = client_de(boulangere)
    oui = [question.competence for question in questions_pour("boulangerie")[:6]]
    with django_assert_max_num_queries(20) as un:
        navigateur.get(TROUVER, {"oui": oui[:1]})
    with django_assert_num_queries(len(un)):
        navigateur.get(TROUVER, {"oui": oui})
