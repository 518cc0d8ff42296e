"""What bilans say, to those who animate: counts from five answers on, of their own territoires."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from animation.bilans import SEUIL, lire_bilans
from animation.tableur import sans_formule
from echange.socle.horloge import maintenant
from matching.models import Bilan, Echange, ReponseBilan
from matching.models.bilans import OUVERT
from profils.models import Entreprise, Utilisateur
from territoires.models import Territoire
from tests.matching.scenes import verifier_cout_constant
from tests.matching.scenes_bilans import REPONSES

ECRAN, EXPORT = "/animation/bilans/", "/animation/bilans/export.csv"


def recevoir(entreprise: Entreprise, nombre: int, *, questionnaire: str = "appris", mots: str = "") -> None:
    """So many bilans of this company, asked and complete."""
    codes = {"appris": ("deroulement", "acquis", "conseil"), "silence": ("silence", "suite", "aide")}
    for _ in range(nombre):
        instant = maintenant()
        echange = Echange.objects.create(
            nature="direct",
            statut="realise",
            initiatrice=entreprise,
            empreinte=f"essai {Echange.objects.count()}",
            expire_le=instant,
            accepte_le=instant,
            conclu_le=instant,
        )
        bilan = Bilan.objects.create(
            echange=echange,
            entreprise=entreprise,
            questionnaire=questionnaire,
            competence_id="instagram",
            demander_apres=instant,
            demande_le=instant,
            termine_le=instant,
            expire_le=instant + OUVERT,
            mots=mots,
            mots_le=instant,
        )
        for question, reponse in zip(codes[questionnaire], REPONSES[questionnaire], strict=True):
            ReponseBilan.objects.create(bilan=bilan, question=question, reponse=reponse)


def page(client: Client, adresse: str = ECRAN) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    return str(reponse.content.decode())


def lignes(client: Client, adresse: str = EXPORT) -> list[list[str]]:
    return list(csv.reader(StringIO(page(client, adresse).removeprefix("\ufeff")), delimiter=";"))


def test_sans_bilan_l_ecran_dit_d_ou_ils_viendront(client_de: Any, animatrice: Utilisateur) -> None:
    assert "Pas encore de bilan" in page(client_de(animatrice))


def test_sous_cinq_reponses_aucun_taux_ni_aucun_mot(
    client_de: Any, animatrice: Utilisateur, boulangerie: Entreprise
) -> None:
    client = client_de(animatrice)
    recevoir(boulangerie, SEUIL - 1, mots="Trop loin pour moi")
    assert "100\u00a0%" not in page(client)
    assert "Trop loin pour moi" not in page(client)
    assert len(lignes(client)) == 1
    recevoir(boulangerie, 1)
    assert "100\u00a0%" in page(client)
    assert "Trop loin pour moi" in page(client)
    assert "Boulangerie du Marché" not in page(client)


def test_les_difficultes_se_comptent(boulangerie: Entreprise, animatrice: Utilisateur) -> None:
    recevoir(boulangerie, 5, questionnaire="silence")
    territoire = Territoire.objects.get(departements="35")
    lecture = lire_bilans([territoire.pk])
    assert (lecture.demandes, lecture.recus, lecture.taux) == (5, 5, 100)
    tableaux = {t.question.code: t for f in lecture.familles for t in f.tableaux}
    assert [(p.libelle, p.nombre, p.pourcent) for p in tableaux["silence"].parts if p.nombre] == [
        ("Je n’ai pas vu la proposition", 5, 100)
    ]
    assert not tableaux["acquis"].est_montre


@pytest.mark.parametrize("adresse", [ECRAN, EXPORT])
def test_chaque_territoire_a_les_siens_et_celui_d_a_cote_n_existe_pas(
    client_de: Any, animatrice_44: Utilisateur, referente: Utilisateur, boulangerie: Entreprise, adresse: str
) -> None:
    recevoir(boulangerie, 5, mots="Secret d’Ille-et-Vilaine")
    nadia, rosa = client_de(animatrice_44), client_de(referente)
    assert "Secret" not in page(nadia, adresse)
    for code in ("ille-et-vilaine", "inconnu", "\0"):
        assert nadia.get(adresse, {"territoire": code}).status_code == 404
    assert "Secret" in page(rosa, adresse)
    assert "Secret" in page(rosa, f"{adresse}?territoire=ille-et-vilaine")
    assert "Secret" not in page(rosa, f"{adresse}?territoire=loire-atlantique")


def test_le_tableur_n_execute_rien(client_de: Any, animatrice: Utilisateur, boulangerie: Entreprise) -> None:
    recevoir(boulangerie, 5, mots='=HYPERLINK("x";"y")')
    client = client_de(animatrice)
    entete, *reste = lignes(client)
    assert entete[:3] == ["Thème", "Question", "Réponse"]
    assert [
        "Quand l’échange a eu lieu",
        "Le recommanderiez-vous à un voisin\u00a0?",
        "Oui, sans hésiter",
        "5",
        "100",
    ] in reste
    assert reste[-1][2] == '\'=HYPERLINK("x";"y")'
    reponse = client.get(EXPORT)
    assert "attachment" in reponse["Content-Disposition"]
    assert [sans_formule(c)[0] for c in ("=1", "+1", "-1", "@x", "\tx", "\rx", "\nx")] == ["'"] * 7


def test_l_ecran_coute_le_meme_nombre_de_requetes(
    client_de: Any, animatrice: Utilisateur, boulangerie: Entreprise
) -> None:
    verifier_cout_constant(client_de(animatrice), ECRAN, lambda n: recevoir(boulangerie, n, mots="Une idée"))


def test_la_console_y_mene(client_de: Any, animatrice: Utilisateur) -> None:
    assert reverse("animation:bilans") in page(client_de(animatrice), "/animation/")
