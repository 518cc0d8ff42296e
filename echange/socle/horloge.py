"""The one clock: every rule of time reads it, so that tests travel by moving one thing."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")  # where everyone's days and hours are said, whatever the clocks do


def maintenant() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()
