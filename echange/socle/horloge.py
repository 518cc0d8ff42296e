"""The one clock: every rule of time reads it, so that tests travel by moving one thing."""

from datetime import datetime

from django.utils import timezone


def maintenant() -> datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()
