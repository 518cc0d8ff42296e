"""Which compétence to try: by plain GET."""

from django import forms

from echange.socle.forms import FormulaireEchange
from matching.models import Competence


class ChampCompetence(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the type checker only
    """Compétences, each with its theme."""

    def label_from_instance(self, obj: Competence) -> str:
        return f"{obj.titre} ({obj.theme})"


class FormulaireEssai(FormulaireEchange, forms.Form):
    dit_facultatif = False

    competence = ChampCompetence(
        Competence.objects.choisissables().select_related("theme"),
        label="Et si elle proposait…",
        empty_label="Choisissez un savoir-faire",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choisissez un savoir-faire de la liste."
        ),
    )
