"""What is masked before people agree, and what must not be."""

import time

import pytest

from echange.socle.masquage import MASQUE, a_des_coordonnees, masquer_coordonnees


@pytest.mark.parametrize(
    "coordonnees",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "0 6 1 2 3 4 5 6 7 8",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033612345678",
        "alice@exemple.fr",
        "alice.dupont+pro@mail.exemple.co.uk",
        "alice (at) exemple.fr",
        "alice arobase exemple point fr",
        "https://exemple.fr/a?b=1",
        "http://localhost",
        "www.exemple.fr",
        "exemple.fr",
        "Instagram.com/laboulange",
    ],
)
def test_une_coordonnee_est_masquee_et_le_reste_se_lit(coordonnees: str) -> None:
    phrase = f"Appelez-moi : {coordonnees}, merci !"
    assert masquer_coordonnees(phrase) == f"Appelez-moi : {MASQUE}, merci !"
    assert a_des_coordonnees(phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "Le 12/03/2026 de 14 h 30 à 16 h, pour 2 personnes.",
        "SIRET 732 829 320 00074, code NAF 10.71C",
        "Entre 10 et 25 km, budget 0 €, 100 % local",
        "Je fais du Word.Excel et des photos.Merci",
        "Version 2.0, étape 3.1.4",
        "35000 Rennes",
        "",
    ],
)
def test_une_phrase_ordinaire_reste_la_meme(phrase: str) -> None:
    assert masquer_coordonnees(phrase) == phrase


@pytest.mark.parametrize("motif", ["a@", "0 ", "a.", "06 1", "www."])
def test_un_texte_hostile_ne_coute_rien(motif: str) -> None:
    depart = time.process_time()
    masquer_coordonnees(motif * 5000)
    assert time.process_time() - depart < 1
