"""The circuit breaker, with a clock moved by hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from territoires.disjoncteur import Disjoncteur


class Horloge:
    heure = 1000.0

    def __call__(self) -> float:
        return self.heure


@pytest.fixture
def horloge() -> Horloge:
    return Horloge()


@pytest.fixture
def ouvert(horloge: Horloge) -> Disjoncteur:
    disjoncteur = Disjoncteur(echecs_max=3, repos=60, horloge=horloge)
    for _ in range(3):
        disjoncteur.noter_echec()
    return disjoncteur


def test_deux_echecs_ne_coupent_pas(horloge: Horloge) -> None:
    disjoncteur = Disjoncteur(echecs_max=3, repos=60, horloge=horloge)
    disjoncteur.noter_echec()
    disjoncteur.noter_echec()
    assert disjoncteur.laisse_passer()


def test_un_succes_remet_a_zero(horloge: Horloge) -> None:
    disjoncteur = Disjoncteur(echecs_max=3, repos=60, horloge=horloge)
    for _ in range(5):
        disjoncteur.noter_echec()
        disjoncteur.noter_echec()
        disjoncteur.noter_succes()
    assert disjoncteur.laisse_passer()


def test_trois_echecs_de_suite_coupent_une_minute(ouvert: Disjoncteur, horloge: Horloge) -> None:
    assert not ouvert.laisse_passer()
    horloge.heure += 59
    assert not ouvert.laisse_passer()
    horloge.heure += 1
    assert ouvert.laisse_passer()


def test_apres_le_repos_un_seul_essaie(ouvert: Disjoncteur, horloge: Horloge) -> None:
    horloge.heure += 60
    with ThreadPoolExecutor(8) as fils:
        assert sum(fils.map(lambda _: ouvert.laisse_passer(), range(100))) == 1


def test_l_essai_rate_coupe_encore_l_essai_reussi_retablit(ouvert: Disjoncteur, horloge: Horloge) -> None:
    horloge.heure += 60
    assert ouvert.laisse_passer()
    ouvert.noter_echec()
    horloge.heure += 59
    assert not ouvert.laisse_passer()
    horloge.heure += 1
    assert ouvert.laisse_passer()
    ouvert.noter_succes()
    assert ouvert.laisse_passer()
    assert ouvert.laisse_passer()
