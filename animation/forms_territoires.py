"""Forms of the territoires' screens: open one, invite somebody, merge two."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.urls import reverse_lazy

from animation.services.territoires import code_de
from echange.socle.forms import FormulaireEchange
from echange.socle.textes import sans_accents
from territoires.models import Territoire
from territoires.perimetre import LIEUX_MAX, Perimetre

EMAILS_MAX = 10
RECHERCHE_MAX = 100


class ChampEmails(forms.CharField):
    """Several addresses, however they are separated; each checked, each once."""

    def clean(self, value: Any) -> list[str]:
        texte = super().clean(value)
        emails = list(dict.fromkeys(m.lower() for m in re.split(r"[\s,;]+", texte) if m))
        for email in emails:
            try:
                validate_email(email)
            except ValidationError as erreur:
                raise ValidationError(
                    "«\u00a0%(email)s\u00a0» n’est pas une adresse e-mail.", params={"email": email}
                ) from erreur
        if len(emails) > EMAILS_MAX:
            raise ValidationError(f"{EMAILS_MAX} personnes au plus à la fois.")
        return emails


class FormulaireOuverture(FormulaireEchange, forms.Form):
    """A name, places, a team. The places are keys (`lieu`, several): boxes that the search (`q`) adds."""

    dit_facultatif = False

    nom = forms.CharField(
        label="Nom du territoire",
        help_text="Comme les entreprises le disent\u00a0: «\u00a0Pays de Redon\u00a0».",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    code = forms.CharField(
        label="Fin de l’adresse de sa page",
        help_text="En minuscules, avec des tirets. Vide\u00a0: nous la tirons du nom.",
        max_length=50,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    q = forms.CharField(
        label="Département, intercommunalité ou commune",
        help_text="Cherchez, cochez, recommencez. Un nom, un code postal ou un numéro de département.",
        max_length=RECHERCHE_MAX,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "spellcheck": "false",
                "hx-post": reverse_lazy("animation:ouvrir_territoire"),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": "#perimetre",
                "hx-include": "closest form",
                "hx-sync": "this:replace",
            }
        ),
    )
    emails = ChampEmails(
        label="Qui l’animera\u00a0?",
        help_text="Une adresse e-mail par ligne. Chaque personne reçoit une invitation valable 7 jours.",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_nom(self) -> str:
        return " ".join(self.cleaned_data["nom"].split())

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().lower() or code_de(self.cleaned_data.get("nom", ""))
        validate_slug(code or "-")
        if not re.search(r"[a-z0-9]", code) and self.cleaned_data.get("nom"):
            raise ValidationError("Écrivez au moins une lettre.")
        return code

    @property
    def perimetre(self) -> Perimetre:
        """The places ticked so far; what is not a place is none."""
        cles = self.data.getlist("lieu")[:LIEUX_MAX] if self.is_bound else []  # type: ignore[attr-defined]
        try:
            return Perimetre.lire(cles)
        except ValueError:
            return Perimetre()

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if not self.perimetre:
            self.add_error(None, "Choisissez au moins un département, une intercommunalité ou une commune.")
        return donnees


class FormulaireInvitation(FormulaireEchange, forms.Form):
    email = forms.EmailField(
        label="Adresse e-mail de la personne",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FormulaireReunion(FormulaireEchange, forms.Form):
    """Which territoire takes the other in; its name written again, for it cannot be undone."""

    cible = forms.ModelChoiceField(
        Territoire.objects.none(),
        label="Le territoire qui l’accueille",
        to_field_name="code",
        empty_label="Choisissez",
    )
    confirmation = forms.CharField(
        label="Le nom du territoire qui disparaît",
        max_length=100,
        help_text="Écrivez-le en entier\u00a0: une réunion ne s’annule pas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, source: Territoire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._source = source
        champ = self.fields["cible"]
        if isinstance(champ, forms.ModelChoiceField):
            champ.queryset = Territoire.objects.ouverts().exclude(pk=source.pk)

    def clean_confirmation(self) -> str:
        ecrit: str = self.cleaned_data["confirmation"]
        if sans_accents(ecrit) != sans_accents(self._source.nom):
            raise ValidationError(f"Écrivez «\u00a0{self._source.nom}\u00a0», pour être sûr·e.")
        return ecrit
