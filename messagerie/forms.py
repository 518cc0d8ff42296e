"""The form under a conversation, and that of notifications."""

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.core.files.uploadedfile import UploadedFile

from echange.socle.forms import FormulaireEchange
from messagerie.models import MESSAGE_MAX, MotifSignalement, ReglageCourriels, Rythme
from messagerie.models.signalements import PRECISION_MAX
from messagerie.notifications.avis import GENRES
from messagerie.notifications.familles import par_famille, rythme_commun
from messagerie.notifications.reglages import rythmes_de
from messagerie.services.pieces import OCTETS_MAX
from profils.models import Utilisateur


class AvecCle(forms.Form):
    """`cle` is drawn with the page: the same page sent twice writes once."""

    cle = forms.CharField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def clean_cle(self) -> UUID | None:
        try:
            return UUID(self.cleaned_data["cle"])
        except ValueError:
            return None


class PlusieursFichiers(forms.ClearableFileInput):
    allow_multiple_selected = True


class ChampFichiers(forms.FileField):
    """Several files; the service reads them."""

    widget = PlusieursFichiers

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        fichiers = data if isinstance(data, list | tuple) else [data]
        # An empty file is the service's to refuse, in the same words by every way in.
        return [fichier for fichier in fichiers if fichier]


class FormulaireMessage(AvecCle):
    """One message. The service judges the text, so that the socket and the form say the same."""

    texte = forms.CharField(
        label="Votre message",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "maxlength": MESSAGE_MAX,
                "placeholder": "Votre message…",
                "autocomplete": "off",
                "enterkeyhint": "send",
            }
        ),
    )
    pieces = ChampFichiers(
        label="Joindre des photos ou un PDF",
        required=False,
        widget=PlusieursFichiers(attrs={"accept": "image/*,application/pdf", "data-pieces": OCTETS_MAX}),
    )


class FormulaireCoordonnees(FormulaireEchange, AvecCle):
    """What to share; either may stay empty."""

    telephone = forms.CharField(
        label="Téléphone",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    courriel = forms.EmailField(
        label="Adresse e-mail",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="Effacez ce que vous ne voulez pas donner.",
    )


class FormulaireSignalement(FormulaireEchange, forms.Form):
    """Why a message is reported."""

    motif = forms.ChoiceField(
        label="Qu’est-ce qui ne va pas\u00a0?",
        choices=MotifSignalement.des_personnes,
        widget=forms.RadioSelect,
    )
    precision = forms.CharField(
        label="Vos mots",
        max_length=PRECISION_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    @property
    def raison(self) -> dict[str, Any]:
        """The service's arguments; only after `is_valid()`."""
        return {
            "motif": MotifSignalement(self.cleaned_data["motif"]),
            "precision": self.cleaned_data["precision"],
        }


class FormulaireReglages(FormulaireEchange, forms.Form):
    """One choice for all mails, or per family beneath, or per kind beneath that; and the hours without any.

    A choice that was changed is that of all that is beneath it; left as it was, what is beneath counts.
    """

    dit_facultatif: ClassVar[bool] = False

    HEURES = [(heure, f"{heure}\u00a0h") for heure in range(24)]

    calme_de = forms.TypedChoiceField(label="Pas de courriel à partir de", choices=HEURES, coerce=int)
    calme_a = forms.TypedChoiceField(
        label="Jusqu’à",
        choices=HEURES,
        coerce=int,
        help_text="La même heure deux fois\u00a0: des courriels à toute heure.",
    )

    def __init__(self, *args: Any, utilisateur: Utilisateur, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rythmes = rythmes_de(utilisateur)
        anime = utilisateur.est_referent or utilisateur.animations.exists()
        self.genres = [
            code
            for code, genre in GENRES.items()
            if genre.est_reglable and (anime or not genre.pour_animation)
        ]
        self.groupes = par_famille(self.genres)
        self.communs = {f: rythme_commun(rythmes[c] for c in codes) for f, codes in self.groupes.items()}
        self.commun = rythme_commun(rythmes[c] for c in self.genres)
        self.fields["tous"] = forms.ChoiceField(
            label="Tous vos courriels",
            choices=[*Rythme.choices, ("", "Selon le sujet, ci-dessous")],
            initial=self.commun or "",
            required=False,
        )
        for famille in self.groupes:
            self.fields[famille.code] = forms.ChoiceField(
                label=famille.titre,
                choices=[*Rythme.choices, ("", "Un par un, ci-dessous")],
                initial=self.communs[famille] or "",
                required=False,
            )
        for code in self.genres:
            self.fields[code] = forms.ChoiceField(
                label=GENRES[code].libelle, choices=Rythme.choices, initial=rythmes[code]
            )
        calme = ReglageCourriels.objects.filter(utilisateur=utilisateur).first()
        calme = calme or ReglageCourriels.par_defaut()
        self.initial.update(calme_de=calme.calme_de, calme_a=calme.calme_a)

    @property
    def familles(self) -> list[tuple[forms.BoundField, list[forms.BoundField]]]:
        """Each family's choice, and those of its kinds."""
        return [(self[famille.code], [self[c] for c in codes]) for famille, codes in self.groupes.items()]

    @property
    def rythmes(self) -> dict[str, Rythme]:
        """The rhythm of each kind; only after `is_valid()`."""
        tous = self.cleaned_data["tous"]
        if tous and tous != self.commun:
            return dict.fromkeys(self.genres, Rythme(tous))
        choisis = {}
        for famille, codes in self.groupes.items():
            commun = self.cleaned_data[famille.code]
            est_change = commun and commun != self.communs[famille]
            choisis.update({c: Rythme(commun if est_change else self.cleaned_data[c]) for c in codes})
        return choisis

    @property
    def calme(self) -> tuple[int, int]:
        return self.cleaned_data["calme_de"], self.cleaned_data["calme_a"]
