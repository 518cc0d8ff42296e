"""From weekly slots to dates worth proposing: in Paris, off-peak for both trades, never on a public holiday.

Pure functions. A day and an hour are said in Paris and kept in UTC, whatever the clocks do in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from echange.socle.horloge import PARIS
from matching.choix import JOURS, MOMENTS, bit_de_creneau

SEMAINES = 3
SUGGESTIONS_MAX = 9  # three a week: a phone's screen and a half
DELAI_MIN = timedelta(hours=2)
HORIZON = relativedelta(months=6)
SEMAINE_OUVREE = sum(bit_de_creneau(jour, moment) for jour in range(5) for moment in range(2))

HEURES = (time(9, 30), time(14, 0), time(18, 0))  # morning, afternoon, evening: between two customers
# Where the trade has its own quiet hours (the baker after the morning's bread, the restaurant after lunch).
HEURES_CREUSES = {
    "boulangerie": (time(10, 30), time(14, 30), time(18, 0)),
    "boucherie": (time(9, 30), time(14, 30), time(18, 0)),
    "restauration": (time(9, 30), time(15, 0), time(17, 0)),
    "hebergement": (time(11, 0), time(14, 0), time(18, 0)),
    "coiffure": (time(9, 30), time(14, 0), time(18, 30)),
    "commerce": (time(10, 0), time(14, 30), time(18, 30)),
}


class HeureInexistante(ValueError):
    """Spring skips that hour of that day in Paris."""


def a_paris(jour: date, heure: time) -> datetime:
    """Return that hour of that day in Paris, in UTC; in autumn the first of the two.

    Raises `HeureInexistante`.
    """
    local = datetime.combine(jour, heure, tzinfo=PARIS)
    instant = local.astimezone(UTC)
    if instant.astimezone(PARIS).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise HeureInexistante
    return instant


def semaine_suivante(instant: datetime) -> datetime:
    """Return the same hour in Paris, a week later."""
    local = instant.astimezone(PARIS)
    return a_paris(local.date() + timedelta(days=7), local.time())


def dernier_instant(instant: datetime) -> datetime:
    """Return how far ahead one may plan: six months, day for day (31 August leads to the end of February)."""
    fin: datetime = instant.astimezone(PARIS) + HORIZON
    return fin.astimezone(UTC)


def jours_feries(annee: int) -> frozenset[date]:
    """Return the public holidays of metropolitan France (Code du travail, art. L3133-1)."""
    paques: date = easter(annee)
    mobiles = {
        paques + timedelta(days=ecart) for ecart in (1, 39, 50)
    }  # Easter Monday, Ascension, Whit Monday
    fixes = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset(mobiles | {date(annee, mois, jour) for mois, jour in fixes})


def suggerer_dates(
    *,
    creneaux: int,
    secteurs: Collection[str],
    instant: datetime,
    occupes: Collection[tuple[datetime, datetime]] = (),
    duree: timedelta,
) -> list[datetime]:
    """Return up to nine dates spread over the next three weeks, from tomorrow on, in order.

    `creneaux` are the weekly slots in common (0: any, then weekdays, morning and afternoon); `secteurs` the
    codes of both trades; `occupes` the séances (start, end) that either already has.
    """
    bits = creneaux or SEMAINE_OUVREE
    possibles = [
        debut
        for debut in _creneaux_a_venir(bits, _heures(secteurs), instant.astimezone(PARIS).date())
        if not any(debut < fin and de < debut + duree for de, fin in occupes)
    ]
    if len(possibles) <= SUGGESTIONS_MAX:
        return possibles
    return [possibles[rang * len(possibles) // SUGGESTIONS_MAX] for rang in range(SUGGESTIONS_MAX)]


def _creneaux_a_venir(bits: int, heures: tuple[time, ...], aujourd_hui: date) -> Iterator[datetime]:
    for ecart in range(1, SEMAINES * len(JOURS) + 1):
        jour = aujourd_hui + timedelta(days=ecart)
        if jour in jours_feries(jour.year):
            continue
        for moment in range(len(MOMENTS)):
            if bits & bit_de_creneau(jour.weekday(), moment):
                yield a_paris(jour, heures[moment])


def _heures(secteurs: Collection[str]) -> tuple[time, ...]:
    """For each moment of the day, the later of the two trades' quiet hours."""
    tables = [HEURES_CREUSES.get(code, HEURES) for code in secteurs] or [HEURES]
    return tuple(max(table[moment] for table in tables) for moment in range(len(MOMENTS)))
