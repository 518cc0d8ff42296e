"""The form under a conversation."""

from uuid import UUID, uuid4

from django import forms

from messagerie.models import MESSAGE_MAX


class FormulaireMessage(forms.Form):
    """One message. The service judges the text, so that the socket and the form say the same.

    `cle` is drawn with the page: the same page sent twice writes once.
    """

    texte = forms.CharField(
        label="Votre message",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "maxlength": MESSAGE_MAX,
                "placeholder": "Votre message…",
                "autocomplete": "off",
                "enterkeyhint": "send",
            }
        ),
    )
    cle = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def clean_cle(self) -> UUID | None:
        try:
            return UUID(self.cleaned_data["cle"])
        except ValueError:
            return None
