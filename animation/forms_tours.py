"""Forms of the tours: prepare one, filter what it found, send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from animation.tours import communes_de, themes_de
from echange.socle.forms import FormulaireEchange
from matching.models import Nature, Theme, Tour
from matching.models.tours import CERCLE_MAX, CHAINE_MAX, PAR_ENTREPRISE_MAX
from matching.presentation.tours import FichePrevu
from matching.services.tours import Reglages
from territoires.models import Commune, Territoire

MOT_MAX = 600  # characters, as a company's own word
DUREES = [(10, "10\u00a0secondes"), (30, "30\u00a0secondes"), (60, "1\u00a0minute"), (300, "5\u00a0minutes")]
GRAINE_MAX = 2**31 - 1


class FormulaireTour(FormulaireEchange, forms.Form):
    """What the round may do; « entreprise » is said wherever the engine would say vertex."""

    dit_facultatif = False

    territoire = forms.ModelChoiceField(
        Territoire.objects.none(), label="Territoire", to_field_name="code", empty_label=None
    )
    cercle_max = forms.TypedChoiceField(
        label="Échanges en boucle",
        coerce=int,
        choices=[
            (CERCLE_MAX, f"Jusqu’à {CERCLE_MAX} entreprises par cercle"),
            (2, "À deux seulement"),
        ],
        initial=CERCLE_MAX,
        widget=forms.RadioSelect,
    )
    chaine_max = forms.TypedChoiceField(
        label="Chaînes",
        help_text="Une entreprise qui ne demande rien aide une voisine, qui en aide une autre.",
        coerce=int,
        choices=[(CHAINE_MAX, f"Jusqu’à {CHAINE_MAX} dons à la suite"), (0, "Pas de chaîne")],
        initial=CHAINE_MAX,
        widget=forms.RadioSelect,
    )
    par_entreprise = forms.TypedChoiceField(
        label="Échanges par entreprise, au plus",
        help_text="Ceux qu’elle a déjà en cours comptent.",
        coerce=int,
        choices=[(n, str(n)) for n in range(1, PAR_ENTREPRISE_MAX + 1)],
        initial=1,
    )
    duree_s = forms.TypedChoiceField(
        label="Temps de recherche, au plus",
        help_text="Plus il y a d’annonces, plus il faut de temps. Vous pourrez arrêter quand vous voulez.",
        coerce=int,
        choices=DUREES,
        initial=30,
    )
    graine = forms.IntegerField(
        label="Numéro de tirage",
        help_text="Le même numéro sur les mêmes annonces redonne le même tour.",
        min_value=0,
        max_value=GRAINE_MAX,
        initial=1,
    )

    def __init__(self, *args: Any, territoires: Sequence[Territoire], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["territoire"]
        if isinstance(champ, forms.ModelChoiceField):
            champ.queryset = Territoire.objects.filter(pk__in=[t.pk for t in territoires])
            champ.empty_label = None
        if len(territoires) == 1:
            champ.widget = forms.HiddenInput()
            champ.initial = territoires[0].code

    @property
    def reglages(self) -> Reglages:
        """Only after `is_valid()`."""
        donnees = {nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "territoire"}
        return Reglages(**donnees)


class FormulaireFiltreTour(FormulaireEchange, forms.Form):
    """Which échanges of the tour are listed, by plain GET; an unknown value counts for none."""

    dit_facultatif: ClassVar[bool] = False

    nature = forms.ChoiceField(choices=Nature, required=False, widget=forms.HiddenInput)
    commune = forms.ModelChoiceField(Commune.objects.none(), label="Commune", required=False)
    theme = forms.ModelChoiceField(Theme.objects.none(), label="Thème", required=False)

    def __init__(self, *args: Any, tour: Tour, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, choix, tous in (
            ("commune", communes_de(tour), "Toutes"),
            ("theme", themes_de(tour), "Tous"),
        ):
            champ = self.fields[nom]
            if isinstance(champ, forms.ModelChoiceField):
                champ.queryset = choix
                champ.empty_label = tous

    @property
    def filtre(self) -> dict[str, Any]:
        """What was understood; a field with an error is left out of it."""
        self.is_valid()
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}


class FormulaireEcarter(FormulaireEchange, forms.Form):
    """What else than the échange itself may be left out: two companies, one, or a besoin of theirs.

    A value names what it is about: « paire-1 » (a gift), « entreprise-<uuid> », « besoin-<uuid> ».
    """

    dit_facultatif: ClassVar[bool] = False

    consigne = forms.ChoiceField(label="Ou, plus largement")

    def __init__(self, *args: Any, fiche: FichePrevu, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"%s-{fiche.prevu.uuid}", **kwargs)
        champ = self.fields["consigne"]
        if isinstance(champ, forms.ChoiceField):
            champ.choices = [
                *(
                    (f"paire-{d.rang}", f"Ne pas mettre ensemble {d.donneur} et {d.receveur}")
                    for d in fiche.dons
                ),
                *((f"entreprise-{e.uuid}", f"Laisser de côté {e}") for e in fiche.entreprises),
                *(
                    (f"besoin-{d.besoin.uuid}", f"Laisser de côté le besoin de {d.receveur}")
                    for d in fiche.dons
                ),
            ]


class FormulaireEnvoi(FormulaireEchange, forms.Form):
    """One word to the companies, the same for all."""

    mot = forms.CharField(
        label="Un mot de votre part",
        help_text="Toutes les entreprises choisies le liront avec la proposition.",
        max_length=MOT_MAX,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
