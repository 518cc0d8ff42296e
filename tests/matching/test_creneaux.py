"""From weekly slots to dates: Paris hours, holidays, quiet hours of the trades, the clocks that change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from echange.socle.horloge import PARIS
from matching.choix import bit_de_creneau
from matching.creneaux import (
    SUGGESTIONS_MAX,
    HeureInexistante,
    a_paris,
    dernier_instant,
    jours_feries,
    semaine_suivante,
    suggerer_dates,
)

LUNDI = datetime(2026, 11, 30, 8, tzinfo=UTC)
HEURE = timedelta(hours=1)
MARDI_MATIN, JEUDI_APRES_MIDI = bit_de_creneau(1, 0), bit_de_creneau(3, 1)


def paris(texte: str) -> datetime:
    return datetime.fromisoformat(texte).replace(tzinfo=PARIS)


def suggerees(instant: datetime = LUNDI, creneaux: int = 0, *secteurs: str) -> list[datetime]:
    return suggerer_dates(creneaux=creneaux, secteurs=secteurs, instant=instant, duree=HEURE)


def test_les_creneaux_communs_font_trois_semaines_de_dates() -> None:
    dits = [
        d.astimezone(PARIS).strftime("%a %d %Hh%M") for d in suggerees(LUNDI, MARDI_MATIN | JEUDI_APRES_MIDI)
    ]
    assert dits == [
        "Tue 01 09h30", "Thu 03 14h00", "Tue 08 09h30", "Thu 10 14h00", "Tue 15 09h30", "Thu 17 14h00",
    ]  # fmt: skip


def test_peu_importe_veut_dire_en_semaine_et_en_journee() -> None:
    dates = suggerees()
    assert len(dates) == SUGGESTIONS_MAX
    assert dates == sorted(set(dates))
    assert all(d.astimezone(PARIS).weekday() < 5 and d.astimezone(PARIS).hour < 18 for d in dates)
    assert dates[-1] - dates[0] > timedelta(days=14)


def test_l_heure_est_creuse_pour_les_deux_metiers() -> None:
    (premiere, *_) = suggerees(LUNDI, JEUDI_APRES_MIDI, "boulangerie", "restauration")
    assert premiere == paris("2026-12-03 15:00")
    assert suggerees(LUNDI, MARDI_MATIN, "boulangerie", "metier-inconnu")[0] == paris("2026-12-01 10:30")


def test_ni_les_jours_feries_ni_les_moments_deja_pris() -> None:
    noel = suggerees(
        paris("2026-12-14 09:00"), bit_de_creneau(4, 0)
    )  # Fridays: 18, 25 (Christmas), 1 January
    assert noel == [paris("2026-12-18 09:30")]
    pris = [(paris("2026-12-18 10:00"), paris("2026-12-18 11:00"))]
    assert not suggerer_dates(
        creneaux=bit_de_creneau(4, 0),
        secteurs=(),
        instant=paris("2026-12-14 09:00"),
        occupes=pris,
        duree=HEURE,
    )


def test_les_onze_jours_feries() -> None:
    assert {date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17), date(2027, 7, 14)} < jours_feries(2027)
    assert len(jours_feries(2027)) == 11
    assert len(jours_feries(2008)) == 10  # Ascension on 1 May


@pytest.mark.parametrize("jour", ["2026-10-25", "2027-03-28"])  # the clocks go back, then forward
def test_la_meme_heure_la_semaine_suivante_quand_l_heure_change(jour: str) -> None:
    avant = paris(f"{jour} 14:00") - timedelta(days=2)
    apres = semaine_suivante(avant.astimezone(UTC)).astimezone(PARIS)
    assert (apres.date(), apres.hour) == (avant.date() + timedelta(days=7), 14)
    assert semaine_suivante(avant.astimezone(UTC)) - avant.astimezone(UTC) != timedelta(days=7)


def test_une_heure_que_le_printemps_saute_n_existe_pas() -> None:
    with pytest.raises(HeureInexistante):
        a_paris(date(2027, 3, 28), time(2, 30))
    assert a_paris(date(2027, 3, 29), time(2, 30)) == datetime(2027, 3, 29, 0, 30, tzinfo=UTC)
    # Autumn has two of them: the first.
    assert a_paris(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("de", "a"),
    [
        ("2026-08-31 09:00", "2027-02-28 09:00"),
        ("2027-08-31 09:00", "2028-02-29 09:00"),
        ("2026-01-31 09:00", "2026-07-31 09:00"),
    ],
)
def test_six_mois_vont_au_dernier_jour_du_mois(de: str, a: str) -> None:
    assert dernier_instant(paris(de).astimezone(UTC)) == paris(a)
