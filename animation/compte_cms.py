"""What the CMS's account screen asks: only what is obeyed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from wagtail.admin.views.account import NotificationsSettingsPanel
from wagtail.admin.widgets import SwitchInput
from wagtail.users.models import UserProfile


class PreferencesDeCommentaires(forms.ModelForm):  # type: ignore[type-arg]
    """Mails about comments are Wagtail’s; those of a submission are ours, chosen with all the others."""

    class Meta:
        model = UserProfile
        fields: ClassVar[list[str]] = ["updated_comments_notifications"]
        widgets: ClassVar[dict[str, Any]] = {"updated_comments_notifications": SwitchInput()}


def ne_demander_que_ce_qui_sert() -> None:
    """Once every application is ready: the panel is Wagtail's, the form is ours."""
    NotificationsSettingsPanel.form_class = PreferencesDeCommentaires
