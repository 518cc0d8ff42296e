"""« Votre commune ou code postal »: one field for every form that asks where someone is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.urls import reverse_lazy

from territoires.models import Commune
from territoires.recherche import LONGUEUR_UTILE, lire_demande

INCONNUE = "Nous ne connaissons pas cette commune. Vérifiez l’orthographe ou donnez le code postal."
A_CHOISIR = "Choisissez votre commune ci-dessous, ou écrivez son nom en entier."


class Saisie(NamedTuple):
    """What the browser sends: the text, and the commune picked for it (in the list, or among the radios)."""

    texte: str
    code: str


class SaisieCommune(forms.Widget):
    """A text field; scripts make it a combobox, and an ambiguous answer adds radios under it."""

    template_name = "territoires/champ_commune.html"
    choix: Sequence[Commune] = ()  # the radios to add

    class Media:
        css = {"all": ["territoires/champ_commune.css"]}
        js = [Script("territoires/champ_commune.js", defer=True)]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # `autocomplete`: the browser's own list would cover ours.
        super().__init__(
            {"autocomplete": "off", "autocapitalize": "words", "spellcheck": "false"}
            | {"maxlength": LONGUEUR_UTILE}
            | (attrs or {})
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Saisie:
        return Saisie(str(data.get(name) or "").strip(), str(data.get(f"{name}_code") or ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        contexte = super().get_context(name, None, attrs)
        saisie = value if isinstance(value, Saisie) else Saisie(str(value or ""), "")
        contexte["widget"] |= {"texte": saisie.texte, "code": saisie.code, "choix": self.choix}
        return contexte | {"url": reverse_lazy("territoires:communes")}


class ChampCommune(forms.Field):
    """Give a `Commune` from a name, first letters, a postal code, « 35000 Rennes », « Rennes (35) »…

    The text decides; the code sent with it only settles which of its possible meanings was picked.
    """

    widget: Any = SaisieCommune

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Votre commune ou code postal")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A `Commune`, its code (a model's initial value) or what was sent."""
        if isinstance(value, str) and value:
            value = Commune.objects.filter(code=value).first() or value
        return Saisie(str(value), value.code) if isinstance(value, Commune) else value

    def clean(self, value: Any) -> Commune | None:
        saisie = value if isinstance(value, Saisie) else Saisie(str(value or "").strip(), "")
        self.widget.choix = ()
        if not saisie.texte:
            self.validate(None)
            return None
        if seule := Commune.objects.seule_de_ce_nom(saisie.texte):  # most people type it right
            return seule
        candidates = Commune.objects.proposer(saisie.texte)
        exactes = [commune for commune in candidates if commune.rang == 0]
        if len(exactes) == 1:
            return exactes[0]
        for commune in candidates:
            if commune.code == saisie.code:
                return commune
        self.widget.choix = exactes or candidates  # the form's own copy: Django copies fields with widgets
        nom = lire_demande(saisie.texte).nom
        if not any(commune.cle_nom.startswith(nom) for commune in self.widget.choix):
            raise ValidationError(INCONNUE, code="inconnue")
        raise ValidationError(A_CHOISIR, code="ambigue")

    def has_changed(self, initial: Any, data: Any) -> bool:
        avant = self.prepare_value(initial)
        texte = data.texte if isinstance(data, Saisie) else str(data or "")
        return texte != (avant.texte if isinstance(avant, Saisie) else str(avant or ""))
