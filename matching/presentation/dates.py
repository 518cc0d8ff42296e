"""Days and hours as one says them, in the site's time zone."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime

from echange.socle.templatetags.francais import jour


def dire_jour(instant: datetime) -> str:
    """Return « 3 décembre »: no listing and no proposal lives long enough to need a year."""
    return jour(localtime(instant))


def dire_jour_de_semaine(instant: datetime) -> str:
    """Return « jeudi 3 décembre »."""
    return f"{date_format(localtime(instant), 'l')} {dire_jour(instant)}"


def dire_heure(instant: datetime) -> str:
    """Return « 14 h » or « 9 h 30 »."""
    heure = localtime(instant)
    return f"{heure.hour}\u00a0h" + (f"\u00a0{heure.minute:02d}" if heure.minute else "")


def dire_rendez_vous(instant: datetime) -> str:
    """Return « jeudi 3 décembre à 14 h »."""
    return f"{dire_jour_de_semaine(instant)} à {dire_heure(instant)}"
