"""What the CMS's account screen asks: only what is obeyed."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from wagtail.admin.views.account import NotificationsSettingsPanel
from wagtail.users.models import UserProfile


class AucunePreference(forms.ModelForm):  # type: ignore[type-arg]
    """Notices of submissions and comments are ours, and chosen with all the others."""

    class Meta:
        model = UserProfile
        fields: ClassVar[list[str]] = []


def ne_demander_que_ce_qui_sert() -> None:
    """Once every application is ready: a panel whose form is empty is not shown."""
    NotificationsSettingsPanel.form_class = AucunePreference
