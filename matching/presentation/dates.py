"""Days as one says them, in the site's time zone."""

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
