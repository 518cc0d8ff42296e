"""The dates of the CMS: written as one says them, kept as they were typed when they are not understood.

Wagtail's calendar replaces what it cannot read by this very minute: `dates_cms.js` takes that away from it,
and says at the field what `ChampInstant` and `ChampJour` would answer.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import models
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

JOURS = ("%d/%m/%Y", "%d/%m/%y")
ISO = "%Y-%m-%d"
HEURES = ("%H:%M", "%H:%M:%S", "%Hh%M", "%H h %M", "%Hh", "%H h")  # « 14 h 30 » is what one says
INSTANTS = tuple(f"{jour} {heure}" for jour in JOURS for heure in HEURES)
JOUR_INCONNU = "Nous ne comprenons pas cette date. Écrivez-la ainsi\u00a0: 03/12/2026."
INSTANT_INCONNU = "Nous ne comprenons pas cette date. Écrivez le jour, puis l’heure\u00a0: 03/12/2026 14:00."


class ChampJour(forms.DateField):
    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": JOUR_INCONNU}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=(*JOURS, ISO), **options)


class ChampInstant(forms.DateTimeField):
    """A day without an hour is refused: it would be understood as midnight."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": INSTANT_INCONNU}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=INSTANTS, **options)


def lire_les_dates_comme_on_les_dit() -> None:
    """Give these fields to every form of Wagtail's editor; its calendars stay."""
    register_form_field_override(
        models.DateField, override={"form_class": ChampJour, "widget": AdminDateInput}
    )
    register_form_field_override(
        models.DateTimeField, override={"form_class": ChampInstant, "widget": AdminDateTimeInput}
    )
