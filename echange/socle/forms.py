"""Forms as people read them: one mixin for plain French errors, two fields for what is stored as bits,
and `Presentation`, all that `templates/composants/champ.html` needs to draw a field of any Django form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.safestring import SafeString

PEU_IMPORTE = "0"

# https://html.spec.whatwg.org/#autofill: the browser fills in what it already knows (WCAG 1.3.5).
AUTOCOMPLETE = {
    "email": "email",
    "courriel": "email",
    "prenom": "given-name",
    "nom_de_famille": "family-name",
    "telephone": "tel",
    "adresse": "street-address",
    "code_postal": "postal-code",
    "entreprise": "organization",
    "code": "one-time-code",
    "siret": "off",
}
INPUTMODE = {"siret": "numeric", "code_postal": "numeric", "code": "text"}

MESSAGES: dict[type[forms.Field], dict[str, str]] = {
    forms.EmailField: {
        "invalid": "Cette adresse e-mail n’est pas complète. Exemple\u00a0: marie@boulangerie.fr"
    },
    forms.URLField: {"invalid": "Cette adresse n’est pas complète. Exemple\u00a0: https://www.exemple.fr"},
    forms.IntegerField: {"invalid": "Écrivez un nombre entier, par exemple 3."},
    forms.DateField: {"invalid": "Écrivez une date comme celle-ci\u00a0: 31/12/2026."},
    forms.TimeField: {"invalid": "Écrivez une heure comme celle-ci\u00a0: 14:30."},
    forms.ChoiceField: {"invalid_choice": "Choisissez une des réponses proposées."},
    forms.ModelChoiceField: {"invalid_choice": "Choisissez une des réponses proposées."},
}
MESSAGES_DE_TAILLE = {
    "max_length": "C’est trop long\u00a0: %(limit_value)d signes au plus, il y en a %(show_value)d.",
    "min_length": "C’est un peu court\u00a0: %(limit_value)d signes au moins.",
    "max_value": "C’est trop\u00a0: %(limit_value)s au plus.",
    "min_value": "Ce n’est pas assez\u00a0: %(limit_value)s au moins.",
}


class FormulaireEchange(forms.BaseForm):
    """Mixin for every form a person fills in: `class MonFormulaire(FormulaireEchange, forms.Form)`.

    `autocomplete` completes `AUTOCOMPLETE`; `aides_options` and `icones_options` say, by field then by
    value, the sentence and the icon of each answer drawn as a card. `dit_facultatif` is False for a
    filter, where nothing is asked.
    """

    template_name = "composants/champs.html"
    dit_facultatif: ClassVar[bool] = True
    autocomplete: ClassVar[Mapping[str, str]] = {}
    aides_options: ClassVar[Mapping[str, Mapping[Any, str]]] = {}
    icones_options: ClassVar[Mapping[str, Mapping[Any, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for nom, champ in self.fields.items():
            champ.template_name = "composants/groupe.html"  # type: ignore[attr-defined]
            _completer_attributs(champ, nom, {**AUTOCOMPLETE, **self.autocomplete})
            _dire_les_erreurs(champ, nom)
            _nommer_le_vide(champ)


def _completer_attributs(champ: forms.Field, nom: str, autocomplete: Mapping[str, str]) -> None:
    attributs = champ.widget.attrs
    if nom in autocomplete:
        attributs.setdefault("autocomplete", autocomplete[nom])
    if nom in INPUTMODE:
        attributs.setdefault("inputmode", INPUTMODE[nom])
    if isinstance(champ.widget, forms.Textarea):
        attributs.pop("cols", None)
        attributs["rows"] = attributs.get("rows") if attributs.get("rows") not in (None, "10") else "5"


def _dire_les_erreurs(champ: forms.Field, nom: str) -> None:
    """Replace Django's own messages; those a form or a model wrote on purpose stay."""
    origine: dict[str, Any] = {}
    for classe in reversed(type(champ).__mro__):
        origine |= getattr(classe, "default_error_messages", {})
    voulus = {"required": _message_obligatoire(champ, nom), **MESSAGES_DE_TAILLE}
    for classe, messages in MESSAGES.items():
        if isinstance(champ, classe):
            voulus |= messages
    for code, message in voulus.items():
        if code not in champ.error_messages or champ.error_messages[code] == origine.get(code):
            champ.error_messages[code] = message


def _message_obligatoire(champ: forms.Field, nom: str) -> str:
    libelle = champ.label or nom.replace("_", " ")
    if isinstance(champ.widget, forms.CheckboxInput):
        return "Cochez cette case pour continuer."
    if isinstance(champ, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return f"Cochez au moins une réponse\u00a0: «\u00a0{libelle}\u00a0»."
    if isinstance(champ, forms.ChoiceField | forms.ModelChoiceField):
        return f"Choisissez une réponse\u00a0: «\u00a0{libelle}\u00a0»."
    if isinstance(champ, forms.EmailField):
        return "Écrivez votre adresse e-mail."
    return f"Il manque une réponse\u00a0: «\u00a0{libelle}\u00a0»."


def _nommer_le_vide(champ: forms.Field) -> None:
    """Say « Choisissez… » where Django draws a row of dashes."""
    if isinstance(champ, forms.ModelChoiceField):
        if "---" in str(champ.empty_label or ""):
            champ.empty_label = "Choisissez…"
    elif isinstance(champ, forms.ChoiceField) and isinstance(champ.choices, list):
        vide = "Choisissez…" if isinstance(champ.widget, forms.Select) else "Peu importe"
        champ.choices = [(v, vide if v in ("", None) and "---" in str(t) else t) for v, t in champ.choices]


class ChampDrapeaux(forms.TypedMultipleChoiceField):
    """Several boxes to tick, one whole number kept: each choice is a power of two."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(choices=choices, coerce=int, empty_value=[], **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return [str(bit) for bit, _ in self._paires() if int(bit) & value]
        return value

    def clean(self, value: Any) -> int:
        total = 0
        for bit in super().clean(value):
            total |= bit
        return total

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def _paires(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.choices)  # type: ignore[arg-type]


class GrilleCreneaux(forms.CheckboxSelectMultiple):
    """A week as a table of boxes; `moments` is how many columns it has."""

    jours: Sequence[str] = ()
    moments: Sequence[str] = ()


class ChampCreneaux(ChampDrapeaux):
    """Weekly slots as one whole number, bit `jour × len(moments) + moment`; 0 means « peu importe »."""

    widget = GrilleCreneaux

    def __init__(self, *, jours: Sequence[str], moments: Sequence[str], **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        cases = [
            (1 << (j * len(moments) + m), f"{jour} {moment}")
            for j, jour in enumerate(jours)
            for m, moment in enumerate(moments)
        ]
        super().__init__(choices=[(0, "Peu importe"), *cases], **kwargs)
        self.widget.jours, self.widget.moments = jours, moments

    def prepare_value(self, value: Any) -> Any:
        if value in (0, None):
            return [PEU_IMPORTE]
        return super().prepare_value(value)

    def clean(self, value: Any) -> int:
        return 0 if PEU_IMPORTE in (value or []) else super().clean(value)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a group: what `<input>` and its label need."""

    id: str
    nom: str
    valeur: str
    libelle: str
    type: str
    est_cochee: bool
    attributs: dict[str, Any]
    aide: str = ""
    icone: str = ""


GENRES: tuple[tuple[type[forms.Widget], str], ...] = (
    (GrilleCreneaux, "creneaux"),
    (forms.CheckboxSelectMultiple, "cases"),
    (forms.RadioSelect, "choix"),
    (forms.CheckboxInput, "case"),
    (forms.Textarea, "zone"),
    (forms.Select, "liste"),
)


class Presentation:
    """What the template of a field needs, computed once for any `BoundField` (ours, allauth's, Wagtail's)."""

    def __init__(self, champ: BoundField) -> None:
        self.champ = champ
        self.id = str(champ.auto_id or champ.html_name)
        self.id_aide, self.id_erreur = f"{self.id}_aide", f"{self.id}_erreur"
        self.erreurs: list[str] = list(map(str, champ.errors))

    @property
    def genre(self) -> str:
        """`cache`, `creneaux`, `cases`, `choix`, `case`, `zone`, `liste` or `saisie`."""
        if self.champ.is_hidden:
            return "cache"
        return next((genre for classe, genre in GENRES if isinstance(self._widget, classe)), "saisie")

    @property
    def est_facultatif(self) -> bool:
        """Worth saying « facultatif »: not for boxes, which one may always leave alone, nor in a filter."""
        dit = getattr(self.champ.form, "dit_facultatif", True)
        return dit and not self.champ.field.required and self.genre not in ("case", "creneaux")

    @property
    def decrit_par(self) -> str:
        """The ids of the hint and of the error, for `aria-describedby`."""
        presents = [self.id_aide] if self.champ.help_text else []
        return " ".join([*presents, *([self.id_erreur] if self.erreurs else [])])

    @property
    def cible(self) -> str:
        """The id to which the error summary leads: the control, or the first of its boxes."""
        return f"{self.id}_0" if self.genre in ("choix", "cases", "creneaux") else self.id

    @property
    def maximum(self) -> int | None:
        """How many characters fit, when a counter is worth showing (long texts only)."""
        maximum = self._widget.attrs.get("maxlength")
        return int(maximum) if self.genre == "zone" and maximum else None

    @property
    def controle(self) -> SafeString:
        """The `<input>`, `<select>` or `<textarea>` with its class and its descriptions."""
        classes = [self._widget.attrs.get("class", "")]
        if self.genre in ("saisie", "zone", "liste"):
            classes.append("fr-select" if self.genre == "liste" else "fr-input")
        attributs = {"class": " ".join(filter(None, classes))}
        if self.decrit_par:
            attributs["aria-describedby"] = self.decrit_par
        return self.champ.as_widget(attrs={nom: valeur for nom, valeur in attributs.items() if valeur})

    @property
    def options(self) -> list[Option]:
        aides = self._par_valeur("aides_options")
        icones = self._par_valeur("icones_options")
        return [self._option(boite.data, aides, icones) for boite in self.champ.subwidgets]

    @property
    def peu_importe(self) -> Option:
        return self.options[0]

    @property
    def moments(self) -> Sequence[str]:
        return self._widget.moments if isinstance(self._widget, GrilleCreneaux) else ()

    @property
    def lignes(self) -> list[tuple[str, list[Option]]]:
        """The rows of the week: a day and its boxes."""
        widget = self._widget
        if not isinstance(widget, GrilleCreneaux):
            return []
        cases, largeur = self.options[1:], len(widget.moments)
        return [(jour, cases[i * largeur : (i + 1) * largeur]) for i, jour in enumerate(widget.jours)]

    @property
    def _widget(self) -> forms.Widget:
        widget: forms.Widget = self.champ.field.widget
        return widget

    def _par_valeur(self, table: str) -> dict[str, str]:
        par_champ = getattr(self.champ.form, table, {})
        return {str(valeur): texte for valeur, texte in par_champ.get(self.champ.name, {}).items()}

    def _option(
        self, boite: Mapping[str, Any], aides: Mapping[str, str], icones: Mapping[str, str]
    ) -> Option:
        attributs = dict(boite["attrs"])
        valeur = "" if boite["value"] is None else str(boite["value"])
        return Option(
            id=str(attributs.pop("id", "")),
            nom=boite["name"],
            valeur=valeur,
            libelle=str(boite["label"]) if isinstance(boite["label"], Promise) else boite["label"],
            type=boite["type"],
            est_cochee=bool(attributs.pop("checked", False)),
            attributs={k: v for k, v in attributs.items() if not k.startswith("aria-")},
            aide=aides.get(valeur, ""),
            icone=icones.get(valeur, ""),
        )


@dataclass(frozen=True, slots=True)
class ErreurDeChamp:
    """One line of the error summary."""

    cible: str
    message: str


def erreurs_de_champs(formulaire: forms.BaseForm) -> list[ErreurDeChamp]:
    """Return one line per error of a visible field, in the order of the page."""
    presentations = map(Presentation, formulaire.visible_fields())
    return [ErreurDeChamp(p.cible, message) for p in presentations for message in p.erreurs]
