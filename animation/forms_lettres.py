"""What letters ask: which ones, an address, when to send."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.timezone import localdate

from animation.forms_agenda import FormulaireSansCompte
from animation.models import Abonnement
from echange.socle.forms import FormulaireEchange
from echange.socle.horloge import maintenant
from matching.creneaux import HeureInexistante, a_paris
from profils.models import Utilisateur
from territoires.models import Territoire

NATIONALE = "nationale"
HEURE_HABITUELLE = time(10)


class FormulaireAbonnement(FormulaireSansCompte):
    """Which letter, to which address."""

    lettre = forms.ChoiceField(label="Quelle lettre\u00a0?")
    field_order = ["lettre", "courriel", "site_web"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ouverts = Territoire.objects.ouverts().order_by("nom").values_list("code", "nom")
        champ: Any = self.fields["lettre"]
        champ.choices = [(NATIONALE, "La lettre nationale"), *ouverts]

    @property
    def territoire(self) -> Territoire | None:
        """Only after `is_valid()`; None for the national letter."""
        code = self.cleaned_data["lettre"]
        return None if code == NATIONALE else Territoire.objects.ouverts().get(code=code)


class FormulaireMesLettres(FormulaireEchange, forms.Form):
    """A member's letters."""

    lettres = forms.MultipleChoiceField(
        label="Les lettres que vous recevez", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, personne: Utilisateur, **kwargs: Any) -> None:
        siens = Abonnement.objects.de_la_personne(personne).confirmes()
        recues = siens.values_list("territoire__code", flat=True)
        kwargs["initial"] = {"lettres": [code or NATIONALE for code in recues]}
        super().__init__(*args, **kwargs)
        self._ouverts = list(Territoire.objects.ouverts().order_by("nom"))
        champ: Any = self.fields["lettres"]
        champ.choices = [(NATIONALE, "La lettre nationale"), *((t.code, t.nom) for t in self._ouverts)]

    @property
    def territoires(self) -> list[Territoire]:
        """Only after `is_valid()`."""
        return [t for t in self._ouverts if t.code in self.cleaned_data["lettres"]]

    @property
    def nationale(self) -> bool:
        return NATIONALE in self.cleaned_data["lettres"]


class FormulaireEnvoi(FormulaireEchange, forms.Form):
    """When a letter leaves, in Paris."""

    jour = forms.DateField(
        label="Quel jour\u00a0?", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    heure = forms.TimeField(
        label="À quelle heure\u00a0?",
        initial=HEURE_HABITUELLE,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Entre 21\u00a0h et 7\u00a0h, les courriels attendent le matin.",
    )

    def clean(self) -> dict[str, Any]:
        saisie: dict[str, Any] = super().clean() or {}
        jour, heure = saisie.get("jour"), saisie.get("heure")
        if jour and heure:
            try:
                saisie["le"] = a_paris(jour, heure)
            except (HeureInexistante, OverflowError):
                self.add_error("heure", "Cette heure n’existe pas ce jour-là.")
            else:
                self._verifier_avenir(saisie["le"])
        return saisie

    def _verifier_avenir(self, le: datetime) -> None:
        """Said at the field that is to blame, with what was typed."""
        if le > maintenant():
            return
        if localdate(le) < localdate(maintenant()):
            self.add_error("jour", "Ce jour est déjà passé.")
        else:
            self.add_error("heure", "Cette heure est déjà passée.")

    @property
    def le(self) -> datetime:
        """Only after `is_valid()`."""
        instant: datetime = self.cleaned_data["le"]
        return instant
