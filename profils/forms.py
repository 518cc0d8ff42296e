"""The form that describes a company, to sign it up and to change it."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.timezone import localdate
from stdnum.fr import siret as norme_siret

from echange.socle.forms import FormulaireEchange
from echange.socle.horloge import maintenant
from profils.models import ADRESSE_MAX, NOM_MAX, PRENOM_MAX, Secteur, Taille, Utilisateur, valider_siret
from profils.services import SiretDemande
from territoires.forms import ChampCommune

PAUSE_MAX = timedelta(days=366)
QUI_VOIT_L_ADRESSE = (
    "Votre adresse exacte n’est montrée qu’aux entreprises avec qui vous avez conclu un échange."
)

SIRET_GARDE = (
    "Vous pouvez le corriger, pas l’enlever\u00a0: il est demandé quand une personne agit pour plusieurs "
    "entreprises."
)


class ChampSiret(forms.CharField):
    """Fourteen digits, typed with or without spaces; returns them alone, or None when empty."""

    default_validators = [valider_siret]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, empty_value=None, **kwargs)

    def to_python(self, value: Any) -> Any:
        texte = super().to_python(value)
        return norme_siret.compact(texte) if texte else None


class DescriptionEntreprise(FormulaireEchange, forms.Form):
    """One screen of a phone: who you are, what you do, where you are."""

    autocomplete: ClassVar[dict[str, str]] = {"nom": "organization"}

    nom = forms.CharField(label="Nom de votre entreprise", max_length=NOM_MAX)
    siret = ChampSiret(
        label="Numéro SIRET",
        help_text="14 chiffres, sur vos factures ou votre extrait Kbis.",
        error_messages={"required": SiretDemande.message},
    )
    secteur = forms.ModelChoiceField(label="Votre métier", queryset=Secteur.objects.all())
    taille = forms.ChoiceField(
        label="Vous êtes combien\u00a0?", choices=Taille.choices, widget=forms.RadioSelect
    )
    commune = ChampCommune(label="Votre commune")
    adresse = forms.CharField(
        label="Adresse",
        max_length=ADRESSE_MAX,
        required=False,
        help_text=QUI_VOIT_L_ADRESSE,
    )


class FormulaireAutreEntreprise(DescriptionEntreprise):
    """One more company of the same person: it exists, and shows its SIRET."""


class FormulaireSiretGarde(DescriptionEntreprise):
    """The same once it is signed up: no box to take its SIRET back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["siret"].help_text = SIRET_GARDE


class FormulaireEntreprise(DescriptionEntreprise):
    """The same for one that may still be in creation."""

    field_order = ["nom", "siret", "est_en_creation"]

    est_en_creation = forms.BooleanField(label="En cours de création, pas encore de SIRET", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siret = self.fields["siret"]
        siret.error_messages["required"] = (
            "Écrivez votre SIRET, ou cochez «\u00a0En cours de création\u00a0»."
        )
        if self["est_en_creation"].value():
            siret.required = False

    def clean_est_en_creation(self) -> bool:
        """A company that has a SIRET is created, whatever the box says."""
        return bool(self.cleaned_data["est_en_creation"]) and not self.cleaned_data.get("siret")


class FormulairePause(FormulaireEchange, forms.Form):
    """Holidays have an end: with it, nobody needs to remember to come back."""

    de_retour_le = forms.DateField(
        label="De retour le",
        help_text="Ce jour-là, vos annonces sont de nouveau montrées. Sans date, c’est vous qui reprenez.",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_de_retour_le(self) -> date | None:
        jour: date | None = self.cleaned_data["de_retour_le"]
        aujourd_hui = localdate(maintenant())
        if jour and jour <= aujourd_hui:
            raise forms.ValidationError("Choisissez un jour à venir.")
        if jour and jour > aujourd_hui + PAUSE_MAX:
            raise forms.ValidationError(
                "C’est dans plus d’un an\u00a0: laissez vide, vous reprendrez vous-même."
            )
        return jour


class FormulaireInscription(FormulaireEntreprise):
    """The same with one's first name: neighbours talk to somebody, not to a company."""

    autocomplete: ClassVar[dict[str, str]] = {**FormulaireEntreprise.autocomplete, "prenom": "given-name"}
    field_order = ["prenom", *FormulaireEntreprise.field_order]

    prenom = forms.CharField(label="Votre prénom", max_length=PRENOM_MAX)


class FormulaireCollegue(FormulaireEchange, forms.Form):
    """Whom one invites to act for one's company."""

    dit_facultatif: ClassVar[bool] = False
    autocomplete: ClassVar[dict[str, str]] = {"email": "off"}

    email = forms.EmailField(
        label="Son adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"inputmode": "email", "spellcheck": "false"}),
    )


class FormulaireInvitation(FormulaireEchange, forms.Form):
    """One's first name, asked of who has not said it yet: colleagues and neighbours talk to somebody."""

    autocomplete: ClassVar[dict[str, str]] = {"prenom": "given-name"}

    prenom = forms.CharField(label="Votre prénom", max_length=PRENOM_MAX)

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if Utilisateur.objects.filter(email=email).exclude(first_name="").exists():
            del self.fields["prenom"]

    @property
    def prenom_dit(self) -> str:
        """Empty when it was not asked; only after `is_valid()`."""
        prenom: str = self.cleaned_data.get("prenom", "")
        return prenom
