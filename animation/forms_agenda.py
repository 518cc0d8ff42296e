"""What the agenda asks: of a visitor, of the team."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest

from animation.models.evenements import MOTIF_MAX
from echange.socle.forms import FormulaireEchange
from profils.models import NOM_MAX

TROP = "Vous avez fait plusieurs demandes à la suite. Attendez un quart d’heure, puis recommencez."


class FormulaireSansCompte(FormulaireEchange, forms.Form):
    """An address to write to, of somebody who has no account or did not sign in.

    `site_web` is a trap: people do not see it, programs fill it in, and are answered as if all were well.
    """

    courriel = forms.EmailField(
        label="Votre adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"inputmode": "email", "spellcheck": "false"}),
    )
    site_web = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, requete: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._requete = requete

    @property
    def est_un_robot(self) -> bool:
        """Only after `is_valid()`."""
        return bool(self.cleaned_data["site_web"])

    def clean_courriel(self) -> str:
        """Count the request: by address of the network, and by the address it names."""
        courriel: str = self.cleaned_data["courriel"].lower()
        if not ratelimit.consume(self._requete, action="demande_sans_compte", key=courriel):
            raise forms.ValidationError(TROP, code="trop_de_demandes")
        return courriel


class FormulaireVisiteur(FormulaireSansCompte):
    """Who comes, and where to write to her."""

    nom = forms.CharField(
        label="Votre prénom et votre nom",
        max_length=NOM_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="L’équipe le lit sur sa liste, personne d’autre.",
    )
    field_order = ["nom", "courriel", "site_web"]


class FormulaireAjout(FormulaireEchange, forms.Form):
    """Somebody who called."""

    nom = forms.CharField(
        label="Prénom et nom", max_length=NOM_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    courriel = forms.EmailField(
        label="Adresse e-mail",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Sans adresse, cette personne ne recevra ni rappel ni changement\u00a0: appelez-la.",
    )


class FormulaireAnnulation(FormulaireEchange, forms.Form):
    """Why an event is called off."""

    motif = forms.CharField(
        label="Que dire aux personnes inscrites\u00a0?",
        max_length=MOTIF_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Cette phrase est dans le courriel et sur la page.",
    )
