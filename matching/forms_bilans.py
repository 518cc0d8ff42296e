"""The last screen of a bilan: words, and an agreement that nobody gives without seeing what it is about."""

from __future__ import annotations

from typing import Any

from django import forms

from echange.socle.forms import FormulaireEchange
from matching.forms import ChampMots
from matching.models.bilans import MOTS_MAX, TEMOIGNAGE_MAX


class FormulaireDernierEcran(FormulaireEchange, forms.Form):
    """`ebauche`: the text proposed for publication; empty where there is nothing to publish."""

    mots = ChampMots(
        label="Une difficulté, une idée\u00a0?",
        help_text="L’équipe de votre territoire la lira sans votre nom.",
        max_length=MOTS_MAX,
        required=False,
        rows=3,
    )
    temoignage = ChampMots(
        label="Ce que nous pourrions publier",
        help_text="Changez-le comme vous voulez\u00a0: c’est ce texte, mot pour mot, qui serait publié.",
        max_length=TEMOIGNAGE_MAX,
        required=False,
        rows=5,
    )
    consentement = forms.BooleanField(
        label="J’accepte que ce texte soit publié avec le nom de mon entreprise", required=False
    )

    def __init__(self, *args: Any, ebauche: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"temoignage": ebauche}
        super().__init__(*args, **kwargs)
        if not ebauche:
            del self.fields["temoignage"], self.fields["consentement"]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("consentement") and not donnees.get("temoignage", "x").strip():
            self.add_error("temoignage", "Écrivez le texte à publier, ou décochez la case.")
        return donnees
