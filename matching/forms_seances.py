"""Forms of the agreement and of the séance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.validators import URLValidator

from echange.socle.forms import FormulaireEchange
from matching.creneaux import HeureInexistante, a_paris, semaine_suivante
from matching.forms import ICONES_LIEUX, ChampMots
from matching.models import Lignes
from matching.models.accords import DUREE_MAX, DUREE_MIN, LIGNE_MAX, VALEUR_MAX
from matching.models.seances import ADRESSE_MAX, DATES_MAX, LIEN_MAX
from matching.moteur.adequation import Lieu
from matching.presentation.dates import dire_rendez_vous
from matching.presentation.seances import AUTRE_DUREE, DUREES, SuiviApport
from matching.services.seances import Rencontre, creer_salle

VERSION_MAX = 32_000


class FormulaireAccord(FormulaireEchange, forms.Form):
    """Three lines, and the version they were read from."""

    quoi = ChampMots(label="Quoi\u00a0?", max_length=LIGNE_MAX, rows=2)
    duree = forms.TypedChoiceField(
        label="Combien de temps\u00a0?", choices=DUREES, coerce=int, widget=forms.RadioSelect
    )
    autre_duree = forms.IntegerField(
        label="Une autre durée, en minutes", required=False, min_value=DUREE_MIN, max_value=DUREE_MAX
    )
    ou_quand = ChampMots(
        label="Où et quand\u00a0?",
        max_length=LIGNE_MAX,
        rows=2,
        help_text="En gros. La date exacte se choisit ensuite.",
    )
    version = forms.IntegerField(min_value=0, max_value=VERSION_MAX, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        valeurs: dict[str, Any] = super().clean() or self.cleaned_data
        manque = valeurs.get("duree") == AUTRE_DUREE and valeurs.get("autre_duree") is None
        if manque and "autre_duree" not in self.errors:
            self.add_error("autre_duree", "Écrivez la durée en minutes, par exemple 120.")
        return valeurs

    @property
    def lignes(self) -> Lignes:
        """Only after `is_valid()`; a line stays one line."""
        v = self.cleaned_data
        return Lignes(
            " ".join(v["quoi"].split()), v["duree"] or v["autre_duree"], " ".join(v["ou_quand"].split())
        )


class ChampInstants(forms.MultipleChoiceField):
    """Instants in ISO 8601: those suggested when the page was drawn stay good when it comes back."""

    def valid_value(self, value: Any) -> bool:
        try:
            return datetime.fromisoformat(str(value)).tzinfo is not None
        except ValueError:
            return False

    def clean(self, value: Any) -> list[datetime]:
        try:
            return [datetime.fromisoformat(v).astimezone(UTC) for v in super().clean(value)]
        except OverflowError as erreur:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid") from erreur


class ChampLien(forms.URLField):
    """A secure link and no other: it becomes the `href` of a page."""

    default_validators = [URLValidator(schemes=["https"])]


class FormulaireSeance(FormulaireEchange, forms.Form):
    """One to three dates, and where; `suivi` says between whom."""

    dates = ChampInstants(
        label="Quand êtes-vous libre\u00a0?", required=False, widget=forms.CheckboxSelectMultiple
    )
    jour = forms.DateField(
        label="Ou un autre jour",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    heure = forms.TimeField(
        label="À quelle heure\u00a0?",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    lieu = forms.TypedChoiceField(
        label="Où vous voir\u00a0?", coerce=lambda v: Lieu(int(v)), widget=forms.RadioSelect
    )
    adresse = forms.CharField(
        label="Adresse du lieu tiers",
        max_length=ADRESSE_MAX,
        required=False,
        help_text="Café, mairie, espace partagé…",
    )
    lien_visio = ChampLien(
        label="Lien de la visio",
        max_length=LIEN_MAX,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Ce lien n’est pas complet\u00a0: il commence par https://"},
    )
    version = forms.IntegerField(min_value=0, max_value=VERSION_MAX, widget=forms.HiddenInput)

    autocomplete: ClassVar[Mapping[str, str]] = {"adresse": "off"}

    def __init__(self, *args: Any, suivi: SuiviApport, suggerees: Sequence[datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suivi = suivi
        chez_moi, chez_l_autre = Lieu.CHEZ_OFFREUR, Lieu.CHEZ_DEMANDEUR
        if not suivi.donne:
            chez_moi, chez_l_autre = chez_l_autre, chez_moi
        _choisir(
            self,
            "lieu",
            [
                (int(chez_moi), "Chez vous"),
                (int(chez_l_autre), f"Chez {suivi.autre.nom}"),
                (int(Lieu.TIERS_LIEU), "Dans un lieu tiers"),
                (int(Lieu.VISIO), "En visio"),
            ],
        )
        _choisir(self, "dates", [(d.isoformat(), self._dire(d)) for d in suggerees])
        self.fields[
            "dates"
        ].help_text = f"Cochez jusqu’à {DATES_MAX} moments\u00a0: {suivi.autre.nom} en choisira un."
        if creer_salle():
            self.fields["lien_visio"].help_text = "Laissez vide\u00a0: une salle est créée pour vous deux."
        self.icones_options = {  # type: ignore[misc]  # « chez vous » is one side's or the other's
            "lieu": {int(chez_moi): "chez-vous", int(chez_l_autre): "chez-lautre", **ICONES_LIEUX}
        }

    def _dire(self, debut: datetime) -> str:
        """The date that stands first, out of order, says why."""
        seance = self.suivi.seance
        est_la_suivante = seance and seance.debut and debut == semaine_suivante(seance.debut)
        return dire_rendez_vous(debut) + (", une semaine plus tard" if est_la_suivante else "")

    def clean(self) -> dict[str, Any]:
        valeurs: dict[str, Any] = super().clean() or self.cleaned_data
        dates = [*valeurs.get("dates", []), *self._autre_date(valeurs.get("jour"), valeurs.get("heure"))]
        if not self.errors.keys() & {"dates", "jour", "heure"}:
            if not dates:
                self.add_error("dates", "Cochez au moins un moment, ou écrivez-en un autre.")
            elif len(set(dates)) > DATES_MAX:
                self.add_error("dates", f"Choisissez {DATES_MAX} moments au plus.")
        valeurs["toutes"] = sorted(set(dates))
        self._exiger_l_endroit(valeurs)
        return valeurs

    def _autre_date(self, jour: date | None, heure: time | None) -> list[datetime]:
        if jour is None and heure is None:
            return []
        if jour is None or heure is None:
            manque = "heure" if heure is None else "jour"
            if manque not in self.errors:
                self.add_error(manque, "Il faut le jour et l’heure.")
            return []
        try:
            return [a_paris(jour, heure)]
        except (HeureInexistante, OverflowError):
            self.add_error("heure", "Cette heure n’existe pas ce jour-là\u00a0: on change d’heure.")
            return []

    def _exiger_l_endroit(self, valeurs: Mapping[str, Any]) -> None:
        lieu = valeurs.get("lieu")
        if lieu == Lieu.TIERS_LIEU and not valeurs.get("adresse") and "adresse" not in self.errors:
            self.add_error("adresse", "Écrivez l’adresse du lieu où vous vous verrez.")
        a_un_lien = valeurs.get("lien_visio") or self.suivi.a_un_lien_visio or creer_salle()
        if lieu == Lieu.VISIO and not a_un_lien and "lien_visio" not in self.errors:
            self.add_error("lien_visio", "Donnez le lien de la visio\u00a0: il commence par https://")

    @property
    def rencontre(self) -> Rencontre:
        """What the service is asked; only after `is_valid()`."""
        v = self.cleaned_data
        return Rencontre(
            v["toutes"], self.suivi.lignes.duree_minutes, v["lieu"], v["adresse"], v["lien_visio"]
        )


class FormulaireChoix(forms.Form):
    """One of the dates proposed, on the page of the échange."""

    date = forms.DateTimeField()  # ISO 8601, as the page wrote it
    version = forms.IntegerField(min_value=0, max_value=VERSION_MAX)


class FormulaireVersion(forms.Form):
    version = forms.IntegerField(min_value=0, max_value=VERSION_MAX)


class ChampEuros(forms.DecimalField):
    """An amount as one writes it: « 1 250,50 € »."""

    def to_python(self, value: Any) -> Any:  # the stubs say a whole number, as of its parent
        return super().to_python("".join(str(value or "").split()).rstrip("€"))


def formulaire_des_valeurs(suivis: Sequence[SuiviApport]) -> type[forms.Form]:
    """Return the form of what each of one's gifts is worth, for the exchange sheet; each may stay empty."""
    champs = {
        f"valeur_{suivi.apport.rang}": ChampEuros(
            label=f"{suivi.quoi}, à {suivi.autre.nom} (€)",
            required=False,
            max_digits=8,
            decimal_places=2,
            min_value=Decimal("0.01"),
            max_value=VALEUR_MAX,
            localize=True,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"invalid": "Écrivez un montant en euros, par exemple 80 ou 80,50."},
        )
        for suivi in suivis
    }
    return type("FormulaireValeurs", (FormulaireEchange, forms.Form), champs)


def _choisir(formulaire: forms.BaseForm, nom: str, choix: list[tuple[Any, str]]) -> None:
    champ = formulaire.fields[nom]
    if isinstance(champ, forms.ChoiceField):
        champ.choices = choix
