"""What is kept for what it teaches names and reaches nobody."""

import pytest

from echange.socle.anonymat import anonymiser


@pytest.mark.parametrize(
    ("texte", "anonyme"),
    [
        ("Appelez-moi au 06 12 34 56 78 pour ma caisse", "Appelez-moi au … pour ma caisse"),
        ("tel 0612345678", "tel …"),
        ("+33 6.12.34.56.78 merci", "… merci"),
        ("écrire à marie.le-goff@boulangerie.fr svp", "écrire à … svp"),
        ("mon site https://boulangerie.fr/menu?x=1 est lent", "mon site … est lent"),
        ("www.fleurs-de-lices.com ne marche plus", "… ne marche plus"),
        ("boulangerie-du-mail.bzh ne marche plus", "… ne marche plus"),
        ("suivez @boulangerie.du.mail sur insta", "suivez … sur insta"),
        ("SIRET 732 829 320 00074", "SIRET …"),
        ("FR76 3000 6000 0112 3456 7890 189", "…"),
    ],
)
def test_addresses_and_numbers_are_taken_out(texte: str, anonyme: str) -> None:
    assert anonymiser(texte) == anonyme


@pytest.mark.parametrize(
    "texte",
    [
        "je veux 3 photos pour 2026, à 14 h 30",
        "mon logiciel v2.5 et 12 clients",
        "passer à l’e.mail pro",
        "la TVA à 5,5 % sur 1 200 euros",
        "ma caisse tactile. Les clients râlent",
    ],
)
def test_ordinary_words_and_figures_stay(texte: str) -> None:
    assert anonymiser(texte) == texte


def test_lines_become_one() -> None:
    assert anonymiser("  mes photos\nsont   moches ") == "mes photos sont moches"
