"""Forms of the console: filter the listings, say why one is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models

from animation.services.moderation import MOTIF_MAX, MotifMasquage, formuler
from echange.socle.forms import FormulaireEchange
from territoires.models import Territoire

PRECISION_MAX = 200  # characters: with the longest reason it still fits in MOTIF_MAX
RECHERCHE_MAX = 100


class Genre(models.TextChoices):
    TOUTES = "", "Tout"
    BESOINS = "besoins", "Besoins"
    SAVOIR_FAIRE = "savoir-faire", "Savoir-faire"


class Etat(models.TextChoices):
    TOUS = "", "Tous les états"
    EN_LIGNE = "en-ligne", "En ligne"
    MASQUEES = "masquees", "Masquées"


class FormulaireFiltre(FormulaireEchange, forms.Form):
    """What the console lists, by plain GET; an unknown value counts for none."""

    dit_facultatif = False

    genre = forms.ChoiceField(choices=Genre, required=False, widget=forms.HiddenInput)
    etat = forms.ChoiceField(choices=Etat, required=False, widget=forms.HiddenInput)
    territoire = forms.ModelChoiceField(
        Territoire.objects.none(), label="Territoire", required=False, to_field_name="code"
    )
    q = forms.CharField(
        label="Un mot, une entreprise, une commune",
        max_length=RECHERCHE_MAX,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, territoires: Sequence[Territoire], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["territoire"]
        if len(territoires) < 2 or not isinstance(champ, forms.ModelChoiceField):
            del self.fields["territoire"]
            return
        champ.queryset = Territoire.objects.filter(pk__in=[t.pk for t in territoires])
        champ.empty_label = "Tous mes territoires"

    @property
    def filtre(self) -> dict[str, Any]:
        """What was understood; a field with an error is left out of it."""
        self.is_valid()
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}


class FormulaireMasquer(FormulaireEchange, forms.Form):
    """Why: one touch, and words of one's own when none of the reasons says it."""

    motif = forms.ChoiceField(
        label="Pourquoi masquer cette annonce\u00a0?", choices=MotifMasquage, widget=forms.RadioSelect
    )
    precision = forms.CharField(
        label="Vos mots pour l’entreprise",
        help_text="Elle les lira dans le courriel. Dites-lui ce qu’elle peut changer.",
        max_length=PRECISION_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("motif") == MotifMasquage.AUTRE and not donnees.get("precision", "").strip():
            self.add_error("precision", "Écrivez la raison\u00a0: l’entreprise doit pouvoir la comprendre.")
        return donnees

    @property
    def raison(self) -> str:
        """The sentence for the journal and the mail; only after `is_valid()`."""
        motif = MotifMasquage(self.cleaned_data["motif"])
        return formuler(motif, " ".join(self.cleaned_data["precision"].split()))[:MOTIF_MAX]
