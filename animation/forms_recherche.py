"""The form of the site's search, by plain GET."""

from __future__ import annotations

from typing import Any

from django import forms

from animation.models import AccueilTerritoire
from animation.recherche import GENRES, Question
from echange.socle.forms import FormulaireEchange

TEXTE_MAX = 100  # characters


class FormulaireRechercheSite(FormulaireEchange, forms.Form):
    """An unknown community or kind counts for none: an old link still answers."""

    dit_facultatif = False

    q = forms.CharField(
        label="Que cherchez-vous\u00a0?",
        max_length=TEXTE_MAX,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    territoire = forms.ChoiceField(label="Où\u00a0?", required=False)
    genre = forms.ChoiceField(choices=GENRES, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ouvertes = AccueilTerritoire.objects.ouvertes().select_related(None)
        self.communautes = list(ouvertes.only("title", "slug", "path", "depth", "territoire"))
        champ = self.fields["territoire"]
        if isinstance(champ, forms.ChoiceField):
            champ.choices = [("", "Partout"), *((c.slug, c.title) for c in self.communautes)]

    @property
    def question(self) -> Question:
        self.is_valid()
        donnees = self.cleaned_data
        visee = next((c for c in self.communautes if c.slug == donnees.get("territoire")), None)
        texte = " ".join(donnees.get("q", "").split())
        return Question(texte, visee, donnees.get("genre", ""), self.communautes)
