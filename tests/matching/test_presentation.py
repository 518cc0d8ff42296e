"""Words on the screens: places by side, weeks, days, gifts."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from matching.choix import TOUS_LES_CRENEAUX, bit_de_creneau
from matching.models import Besoin, SavoirFaire
from matching.presentation.annonces import FicheAnnonce, dire_semaine
from matching.presentation.apports import lignes_des_apports
from matching.presentation.dates import dire_jour, dire_jour_de_semaine

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("modele", "est_la_sienne", "lieux"),
    [
        (Besoin, True, ["chez vous", "chez l’autre entreprise", "dans un lieu tiers", "en visio"]),
        (Besoin, False, ["chez eux", "chez vous", "dans un lieu tiers", "en visio"]),
        (SavoirFaire, True, ["chez vous", "chez l’autre entreprise", "dans un lieu tiers", "en visio"]),
        (SavoirFaire, False, ["chez eux", "chez vous", "dans un lieu tiers", "en visio"]),
    ],
)
def test_les_lieux_se_disent_de_qui_lit(
    modele: type[Besoin] | type[SavoirFaire],
    lieux: list[str],
    *,
    est_la_sienne: bool,
) -> None:
    assert FicheAnnonce(modele(modalites=15), est_la_sienne=est_la_sienne).lieux == lieux


def test_chez_elle_n_est_pas_le_meme_bit_des_deux_cotes() -> None:
    assert FicheAnnonce(Besoin(modalites=1)).lieux == ["chez eux"]
    assert FicheAnnonce(SavoirFaire(modalites=1)).lieux == ["chez vous"]


def test_une_semaine_se_lit() -> None:
    assert dire_semaine(0) == "à convenir"
    assert dire_semaine(bit_de_creneau(0, 0) | bit_de_creneau(0, 2)) == "lundi matin et soir"
    assert dire_semaine(bit_de_creneau(1, 1) | bit_de_creneau(6, 0)) == "mardi après-midi, dimanche matin"
    assert dire_semaine(TOUS_LES_CRENEAUX).startswith("lundi toute la journée, mardi toute la journée")


def test_un_jour_se_dit_a_l_heure_de_paris() -> None:
    tard = datetime(2026, 11, 30, 23, 30, tzinfo=ZoneInfo("UTC"))
    assert dire_jour(tard) == "1er décembre"
    assert dire_jour_de_semaine(datetime(2026, 12, 3, 9, tzinfo=PARIS)) == "jeudi 3 décembre"


def test_un_echange_sans_apport_ne_casse_rien() -> None:
    assert lignes_des_apports([], lectrice=None) == []  # type: ignore[arg-type]  # never read
