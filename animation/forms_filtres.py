"""What a shelf is sorted by: plain GET, so that a filtered list has an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms

from echange.socle.forms import FormulaireEchange
from profils.models import Secteur, Taille
from territoires.models import Region, Territoire

SORTES_DE_FICHES = (
    ("formation", "Formations et tutos"),
    ("aide", "Aides financières"),
    ("contact", "Contacts"),
    ("activateur", "Activateurs"),
)


class ChoixLus(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]  # not generic at run time
    """Read at once: Django opens a cursor, four exchanges with the database for thirty rows."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", str(self.field.empty_label)
        yield from map(self.choice, self.queryset)


class ChampParmi(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    iterator = ChoixLus


class FiltreDePages(FormulaireEchange, forms.Form):
    """By trade. `nationale` is False on a territoire's shelf, where its place is not a question."""

    dit_facultatif: ClassVar[bool] = False
    nationaux: ClassVar[tuple[str, ...]] = ()

    secteur = ChampParmi(
        Secteur.objects.all(), label="Métier", required=False, empty_label="Tous les métiers"
    )

    def __init__(self, *args: Any, nationale: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not nationale:
            for nom in self.nationaux:
                del self.fields[nom]


class FiltreGuides(FiltreDePages):
    pass


class FiltreTemoignages(FiltreDePages):
    nationaux: ClassVar[tuple[str, ...]] = ("region",)

    taille = forms.ChoiceField(
        label="Taille",
        required=False,
        choices=[("", "Toutes les tailles"), *((taille.value, taille.dite) for taille in Taille)],
    )
    region = ChampParmi(
        Region.objects.order_by("nom"), label="Région", required=False, empty_label="Toutes les régions"
    )


class FiltreRessources(FiltreDePages):
    nationaux: ClassVar[tuple[str, ...]] = ("territoire",)

    sorte = forms.ChoiceField(
        label="Quoi", required=False, choices=[("", "Toutes les ressources"), *SORTES_DE_FICHES]
    )
    territoire = ChampParmi(
        Territoire.objects.ouverts(),
        label="Territoire",
        required=False,
        to_field_name="code",
        empty_label="Toute la France",
    )
