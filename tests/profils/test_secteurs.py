"""The list of trades."""

import re

import pytest

from profils.models import Entreprise, Secteur
from profils.secteurs import charger_secteurs

pytestmark = pytest.mark.django_db


def test_charger_deux_fois_ne_change_rien() -> None:
    nombre = charger_secteurs()
    avant = list(Secteur.objects.values_list("code", "nom", "ordre"))
    assert charger_secteurs() == nombre == len(avant)
    assert list(Secteur.objects.values_list("code", "nom", "ordre")) == avant


def test_la_liste_est_lisible_et_finit_par_autre() -> None:
    charger_secteurs()
    secteurs = list(Secteur.objects.all())
    assert len(secteurs) >= 28
    assert secteurs[-1].code == "autre"
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", secteur.code) for secteur in secteurs)
    assert len({secteur.nom for secteur in secteurs}) == len(secteurs)


def test_un_metier_choisi_garde_son_entreprise(boulangerie: Entreprise) -> None:
    Secteur.objects.filter(code="boulangerie").update(nom="Ancien nom")
    charger_secteurs()
    boulangerie.refresh_from_db()
    assert boulangerie.secteur.nom == "Boulangerie, pâtisserie"
