"""The form of a decision on a reported message."""

from __future__ import annotations

from typing import Any

from django import forms

from echange.socle.forms import FormulaireEchange
from messagerie.models import IssueSignalement
from messagerie.models.signalements import MOT_MAX


class FormulaireDecision(FormulaireEchange, forms.Form):
    """What is decided, and the words each side will read."""

    issue = forms.ChoiceField(
        label="Votre décision", choices=IssueSignalement.choices, widget=forms.RadioSelect
    )
    mot = forms.CharField(
        label="Vos mots pour l’entreprise qui a écrit",
        help_text="Pour un avertissement ou une suspension. Dites ce qui ne va pas et ce qu’elle peut faire.",
        max_length=MOT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    reponse = forms.CharField(
        label="Votre réponse à la personne qui a signalé",
        max_length=MOT_MAX,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def __init__(self, *args: Any, a_repondre: bool = True, **kwargs: Any) -> None:
        """`a_repondre`: somebody has reported it; a message that is held has nobody to answer."""
        super().__init__(*args, **kwargs)
        if not a_repondre:
            del self.fields["reponse"]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        doit_dire = donnees.get("issue") in {IssueSignalement.AVERTISSEMENT, IssueSignalement.SUSPENSION}
        if doit_dire and not donnees.get("mot", "").strip():
            self.add_error("mot", "Écrivez à l’entreprise\u00a0: elle doit pouvoir comprendre.")
        return donnees

    @property
    def decision(self) -> dict[str, Any]:
        """The service's arguments; only after `is_valid()`."""
        return {
            "issue": IssueSignalement(self.cleaned_data["issue"]),
            "mot": self.cleaned_data["mot"],
            "reponse": self.cleaned_data.get("reponse", ""),
        }
