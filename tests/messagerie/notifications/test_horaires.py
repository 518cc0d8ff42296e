"""When a mail may leave, in Paris, whatever the clocks do."""

from datetime import UTC, datetime

import pytest

from echange.socle.horloge import PARIS
from messagerie.models import Rythme
from messagerie.notifications.horaires import prochain_envoi


def paris(texte: str) -> datetime:
    return datetime.fromisoformat(texte).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("rythme", "fait", "depart"),
    [
        (Rythme.AUSSITOT, "2026-11-24 14:00", "2026-11-24 14:00"),
        (Rythme.AUSSITOT, "2026-11-24 21:00", "2026-11-25 07:00"),
        (Rythme.AUSSITOT, "2026-11-24 23:59", "2026-11-25 07:00"),
        (Rythme.AUSSITOT, "2026-11-25 00:30", "2026-11-25 07:00"),
        (Rythme.AUSSITOT, "2026-11-25 07:00", "2026-11-25 07:00"),
        (Rythme.QUOTIDIEN, "2026-11-24 07:59", "2026-11-24 08:00"),
        (Rythme.QUOTIDIEN, "2026-11-24 08:00", "2026-11-25 08:00"),
        (Rythme.QUOTIDIEN, "2026-12-31 20:00", "2027-01-01 08:00"),
        (Rythme.HEBDOMADAIRE, "2026-11-24 14:00", "2026-11-30 08:00"),  # a Tuesday, then Monday
        (Rythme.HEBDOMADAIRE, "2026-11-23 07:00", "2026-11-23 08:00"),
        (Rythme.HEBDOMADAIRE, "2026-11-23 09:00", "2026-11-30 08:00"),
    ],
)
def test_chaque_rythme_a_son_heure(rythme: Rythme, fait: str, depart: str) -> None:
    assert prochain_envoi(paris(fait), rythme) == paris(depart)


@pytest.mark.parametrize("jour", ["2027-03-28", "2026-10-25"])  # clocks go forward, then back
def test_le_changement_d_heure_ne_change_pas_l_heure_du_depart(jour: str) -> None:
    depart = prochain_envoi(paris(f"{jour} 00:30"), Rythme.AUSSITOT)
    assert depart == paris(f"{jour} 07:00")
    veille = paris(f"{jour} 09:00").replace(day=int(jour[-2:]) - 1)
    assert prochain_envoi(veille, Rythme.QUOTIDIEN) == paris(f"{jour} 08:00")


def test_une_heure_qui_n_existe_pas_est_celle_d_apres() -> None:
    assert prochain_envoi(paris("2027-03-28 00:30"), Rythme.AUSSITOT, calme_a=2) == datetime(
        2027, 3, 28, 1, tzinfo=UTC
    )


def test_un_calme_de_jour_et_pas_de_calme() -> None:
    midi = paris("2026-11-24 12:30")
    assert prochain_envoi(midi, Rythme.AUSSITOT, calme_de=12, calme_a=14) == paris("2026-11-24 14:00")
    nuit = paris("2026-11-24 03:00")
    assert prochain_envoi(nuit, Rythme.AUSSITOT, calme_de=0, calme_a=0) == nuit
