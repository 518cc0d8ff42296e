"""When a mail may leave: a rhythm, hours of quiet, in Paris whatever the clocks do.

Pure functions of an aware instant; they return an aware instant in UTC.
"""

from datetime import UTC, datetime, time, timedelta

from echange.socle.horloge import PARIS
from messagerie.models.notifications import CALME_A, CALME_DE, Rythme

HEURE_DU_RESUME = 8
LUNDI = 0


def prochain_envoi(
    instant: datetime, rythme: Rythme, *, calme_de: int = CALME_DE, calme_a: int = CALME_A
) -> datetime:
    """Return the first instant, from `instant` on, at which a mail of this rhythm may leave.

    `calme_de` and `calme_a` are hours in Paris, the night between them if the first is the later; equal,
    there is no quiet. A digest leaves at 8, on Mondays when weekly, whatever the quiet hours.
    """
    local = instant.astimezone(PARIS)
    if rythme == Rythme.QUOTIDIEN:
        return _au_prochain(local, HEURE_DU_RESUME)
    if rythme == Rythme.HEBDOMADAIRE:
        demain = _au_prochain(local, HEURE_DU_RESUME).astimezone(PARIS)
        attente = (LUNDI - demain.weekday()) % 7
        return _a(demain + timedelta(days=attente), HEURE_DU_RESUME)
    if _est_calme(local.hour, calme_de, calme_a):
        return _au_prochain(local, calme_a)
    return instant


def _est_calme(heure: int, de: int, a: int) -> bool:
    return de <= heure < a if de <= a else heure >= de or heure < a


def _au_prochain(local: datetime, heure: int) -> datetime:
    ce_jour = _a(local, heure)
    return ce_jour if ce_jour > local else _a(local + timedelta(days=1), heure)


def _a(local: datetime, heure: int) -> datetime:
    """That hour of that day; an hour that spring skips is the one after it."""
    return datetime.combine(local.date(), time(heure), tzinfo=PARIS).astimezone(UTC)
