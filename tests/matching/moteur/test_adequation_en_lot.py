"""The two writings of the rule say the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.moteur.adequation import Fiche, evaluer
from matching.moteur.adequation_en_lot import Fiches, evaluer_en_lot

JOUR = datetime(2026, 3, 2, tzinfo=UTC)

# few values for each field, so that they often meet
UNE_FICHE = st.builds(
    Fiche,
    entreprise=st.integers(0, 2),
    competence=st.sampled_from("ab"),
    modalites=st.integers(1, 15),
    rayon_m=st.sampled_from([5_000, 10_000, 50_000]),
    niveau=st.integers(1, 3),
    creneaux=st.sampled_from([0, 1, 0b11, 0b110, (1 << 21) - 1]),
    commune=st.sampled_from("rv"),
    publiee_le=st.integers(0, 5_000).map(lambda heures: JOUR - timedelta(hours=heures)),
)
UNE_PAIRE = st.tuples(UNE_FICHE, UNE_FICHE, st.sampled_from([0.0, 4_999.5, 5_000.0, 10_000.1, 70_000.0]))


def en_lot(fiches: list[Fiche]) -> Fiches:
    def entiers(valeurs: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(valeurs, dtype=np.int64)

    return Fiches(
        entreprise=entiers([f.entreprise for f in fiches]),
        competence=entiers([ord(f.competence) for f in fiches]),
        modalites=entiers([f.modalites for f in fiches]),
        rayon_m=entiers([f.rayon_m for f in fiches]),
        niveau=entiers([f.niveau for f in fiches]),
        creneaux=entiers([f.creneaux for f in fiches]),
        commune=entiers([ord(f.commune) for f in fiches]),
        publiee_j=np.array([(f.publiee_le - JOUR).total_seconds() / 86_400 for f in fiches]),
        longitude=np.zeros(len(fiches)),
        latitude=np.zeros(len(fiches)),
    )


@given(st.lists(UNE_PAIRE, min_size=1, max_size=30))
def test_en_lot_ou_une_a_une_la_regle_est_la_meme(paires: list[tuple[Fiche, Fiche, float]]) -> None:
    besoins, savoirs, distances = (list(colonne) for colonne in zip(*paires, strict=True))
    bons, scores = evaluer_en_lot(en_lot(besoins), en_lot(savoirs), np.array(distances))

    une_a_une = [evaluer(b, s, distance_m=d) for b, s, d in paires]
    assert bons.tolist() == [rang for rang, adequation in enumerate(une_a_une) if adequation]
    # a part that falls between two roundings may go either way: one part in ten thousand of its weight
    attendus = [adequation.score for adequation in une_a_une if adequation]
    assert scores.tolist() == pytest.approx(attendus, abs=4.1e-5)


def test_une_paire_qui_va_et_une_qui_ne_va_pas() -> None:
    besoin = Fiche(1, "a", 7, 20_000, 1, 0, "r", JOUR)
    savoir = replace(besoin, entreprise=2)
    bons, _ = evaluer_en_lot(en_lot([besoin, besoin]), en_lot([savoir, besoin]), np.zeros(2))
    assert bons.tolist() == [0]
