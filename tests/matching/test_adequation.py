"""The one definition of what fits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.moteur.adequation import POIDS, SUR_PLACE, Fiche, Lieu, evaluer

JOUR = datetime(2026, 3, 2, tzinfo=UTC)
BESOIN = Fiche(1, "photo-produits", int(SUR_PLACE), 20_000, 1, 0, "35238", JOUR)
SAVOIR = replace(BESOIN, entreprise=2, commune="35051")


def test_meme_competence_et_proches_font_une_bonne_adequation() -> None:
    adequation = evaluer(BESOIN, SAVOIR, distance_m=3_000)
    assert adequation is not None
    assert adequation.composantes["competence"] == 1
    assert adequation.score == pytest.approx(sum(POIDS[n] * v for n, v in adequation.composantes.items()))


def test_les_poids_font_un() -> None:
    assert sum(POIDS.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("change", "raison"),
    [
        ({"entreprise": 1}, "the same company"),
        ({"modalites": int(Lieu.VISIO)}, "no common modality"),
        ({"niveau": 1}, "its level is too low"),
        ({"creneaux": 0b10}, "no common slot"),
        ({"rayon_m": 2_000}, "it does not go that far"),
    ],
)
def test_ce_qui_manque_empeche_l_arete(change: dict[str, int], raison: str) -> None:
    besoin = replace(BESOIN, niveau=2, creneaux=0b01)
    options: dict[str, Any] = {"niveau": 2, "creneaux": 0b01, **change}
    savoir = replace(SAVOIR, **options)
    assert evaluer(besoin, savoir, distance_m=3_000) is None, raison


def test_hors_rayon_la_visio_commune_suffit() -> None:
    visio = int(SUR_PLACE | Lieu.VISIO)
    besoin, savoir = replace(BESOIN, modalites=visio), replace(SAVOIR, modalites=visio)
    adequation = evaluer(besoin, savoir, distance_m=400_000)
    assert adequation is not None
    assert adequation.modalites == Lieu.VISIO


def test_dans_la_meme_commune_la_distance_n_empeche_pas() -> None:
    savoir = replace(SAVOIR, commune=BESOIN.commune, rayon_m=5_000)
    assert evaluer(BESOIN, savoir, distance_m=9_000) is not None


def test_des_creneaux_d_un_seul_cote_ne_ferment_rien() -> None:
    assert evaluer(replace(BESOIN, creneaux=0b11), SAVOIR, distance_m=1) is not None


@given(
    st.floats(0, 60_000),
    st.integers(1, 15),
    st.integers(0, 2**21 - 1),
    st.integers(0, 400),
    st.sampled_from([1, 2, 3]),
)
def test_le_score_est_borne_et_decroit_avec_la_distance(
    distance: float, modalites: int, creneaux: int, jours: int, niveau: int
) -> None:
    savoir = replace(
        SAVOIR,
        modalites=modalites,
        creneaux=creneaux,
        niveau=niveau,
        publiee_le=JOUR - timedelta(days=jours),
        rayon_m=50_000,
    )
    besoin = replace(BESOIN, rayon_m=50_000)
    ici, loin = (evaluer(besoin, savoir, distance_m=d) for d in (distance, distance + 500))
    if ici:
        assert 0 <= ici.score <= 1
    if ici and loin and loin.modalites & SUR_PLACE:
        assert loin.score <= ici.score
