"""Forms of the référents: the tree's themes and compétences, and the words it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django import forms

from echange.socle.forms import FormulaireEchange
from matching.forms import ChampCompetence
from matching.models import Competence, EtatMot, MotManquant, Theme
from matching.models.competences import DIT_MAX, JARGON_MAX, PHRASE_MAX, TITRE_MAX
from matching.services.competences import ContenuCompetence, cle_de_dit, dits_pris
from territoires.models import Territoire

LIGNES_MAX = 100  # sayings of one compétence: beyond, it is two compétences
MOTIF_MAX = 300


class ChampLignes(forms.CharField):
    """Several short texts, one per line; blank lines and repetitions are dropped."""

    def __init__(self, *, ligne_max: int, rows: int, **kwargs: Any) -> None:
        zone = forms.Textarea(attrs={"rows": str(rows), "autocomplete": "off", "spellcheck": "false"})
        super().__init__(widget=zone, max_length=LIGNES_MAX * ligne_max, **kwargs)
        zone.attrs.pop("maxlength", None)  # a counter of characters says nothing of lines
        self.ligne_max = ligne_max

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        lignes = [" ".join(ligne.split()) for ligne in (super().clean(value) or "").splitlines()]
        uniques: dict[str, str] = {}
        for ligne in filter(None, lignes):
            uniques.setdefault(cle_de_dit(ligne), ligne)
        gardees = list(uniques.values())
        for ligne in gardees:
            if len(ligne) > self.ligne_max:
                raise forms.ValidationError(
                    f"Une ligne dépasse {self.ligne_max} signes\u00a0: «\u00a0{ligne[:60]}…\u00a0»"
                )
        if len(gardees) > LIGNES_MAX:
            raise forms.ValidationError(f"{LIGNES_MAX} lignes au plus, il y en a {len(gardees)}.")
        return gardees


def par_theme(competences: Iterable[Competence]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the choices of a list, grouped by theme; the compétences come with theirs."""
    return [
        (theme.titre, [(c.pk, c.titre) for c in lot])
        for theme, lot in groupby(competences, key=lambda competence: competence.theme)
    ]


class ListeDeCompetences(ChampCompetence):
    """A list of the compétences in use, grouped by theme."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Select, empty_label=None, **kwargs)

    def remplir(self, *, sauf: str = "", vide: str = "Choisissez…") -> None:
        """Read the tree, at each form: it changes."""
        autres = Competence.objects.choisissables().select_related("theme").exclude(pk=sauf)
        self.choices = [("", vide), *par_theme(autres.defer("dits", "jargon"))]


class FormulaireTheme(FormulaireEchange, forms.Form):
    titre = forms.CharField(label="Titre du thème", max_length=TITRE_MAX)
    place = forms.IntegerField(
        label="Place dans la liste",
        min_value=1,
        max_value=200,
        required=False,
        help_text="1\u00a0: en premier.",
    )

    def __init__(self, *args: Any, theme: Theme | None = None, **kwargs: Any) -> None:
        self.theme = theme
        if theme:
            avant = Theme.objects.filter(ordre__lt=theme.ordre).count()
            kwargs.setdefault("initial", {"titre": theme.titre, "place": avant + 1})
        super().__init__(*args, **kwargs)

    def clean_titre(self) -> str:
        titre: str = self.cleaned_data["titre"]
        autres = Theme.objects.exclude(pk=self.theme.pk if self.theme else "")
        if autres.filter(titre__iexact=titre).exists():
            raise forms.ValidationError("Un autre thème porte déjà ce titre.")
        return titre


class FormulaireCompetence(FormulaireEchange, forms.Form):
    """A compétence: what owners read, then what makes them understood."""

    theme = forms.ModelChoiceField(Theme.objects.all(), label="Thème")
    titre = forms.CharField(
        label="Titre",
        max_length=TITRE_MAX,
        help_text="Un verbe d’abord\u00a0: «\u00a0Photographier ses produits\u00a0».",
    )
    phrase = forms.CharField(
        label="La phrase qui aide à choisir",
        max_length=PHRASE_MAX,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text="Ce que l’on saura faire ensuite, sans jargon.",
    )
    dits = ChampLignes(
        label="Comment les dirigeants le disent",
        ligne_max=DIT_MAX,
        rows=10,
        required=False,
        help_text="Une façon par ligne. Gardez les fautes\u00a0: ce sont elles qu’il faut reconnaître.",
    )
    jargon = ChampLignes(
        label="Mots techniques et marques",
        ligne_max=JARGON_MAX,
        rows=4,
        required=False,
        help_text="Un par ligne. Jamais montrés, seulement reconnus.",
    )
    est_metier = forms.BooleanField(
        label="C’est un savoir-faire de métier, hors du numérique", required=False
    )
    place = forms.IntegerField(
        label="Place dans le thème",
        min_value=1,
        max_value=200,
        required=False,
        help_text="1\u00a0: en premier.",
    )
    voisines = forms.ModelMultipleChoiceField(
        Competence.objects.none(),
        label="Compétences voisines",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, competence: Competence | None = None, **kwargs: Any) -> None:
        self.competence = competence
        if competence:
            kwargs.setdefault("initial", _valeurs_de(competence))
        super().__init__(*args, **kwargs)
        champ = self.fields["voisines"]
        if isinstance(champ, forms.ModelMultipleChoiceField):
            champ.queryset = Competence.objects.choisissables().exclude(pk=self._code)

    @property
    def _code(self) -> str:
        return self.competence.pk if self.competence else ""

    def clean_titre(self) -> str:
        titre = " ".join(self.cleaned_data["titre"].split())
        autres = Competence.objects.choisissables().exclude(pk=self._code)
        if autres.filter(titre__iexact=titre).exists():
            raise forms.ValidationError("Une autre compétence porte déjà ce titre.")
        return titre

    def clean_dits(self) -> list[str]:
        dits: list[str] = self.cleaned_data["dits"]
        deja = set(map(cle_de_dit, self.competence.dits)) if self.competence else set()
        pris = dits_pris([dit for dit in dits if cle_de_dit(dit) not in deja], sauf=self._code)
        if pris:
            raise forms.ValidationError(
                [f"«\u00a0{dit}\u00a0» est déjà dit de «\u00a0{c.titre}\u00a0»." for dit, c in pris.items()]
            )
        return dits

    @property
    def contenu(self) -> ContenuCompetence:
        """What the service writes; only after `is_valid()`."""
        return ContenuCompetence(**self.cleaned_data)

    @property
    def voisines_choisies(self) -> set[str]:
        return {str(getattr(v, "pk", v)) for v in self["voisines"].value() or ()}


def _valeurs_de(competence: Competence) -> dict[str, Any]:
    noms = ("theme", "titre", "phrase", "dits", "jargon", "est_metier")
    fratrie = list(Competence.objects.filter(theme=competence.theme_id).values_list("pk", flat=True))
    return {
        **{nom: getattr(competence, nom) for nom in noms},
        "voisines": list(competence.voisines.values_list("pk", flat=True)),
        "place": fratrie.index(competence.pk) + 1,
    }


class FormulaireFusion(FormulaireEchange, forms.Form):
    vers = ListeDeCompetences(label="La réunir avec")

    def __init__(self, *args: Any, competence: Competence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _remplir(self, "vers", sauf=competence.pk)


class FormulaireRetrait(FormulaireEchange, forms.Form):
    vers = ListeDeCompetences(
        label="Ce qui la remplace",
        required=False,
        help_text="Ses annonces y seront rangées. Sans remplaçante, elles restent en ligne telles quelles.",
    )

    def __init__(self, *args: Any, competence: Competence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _remplir(self, "vers", sauf=competence.pk, vide="Rien\u00a0: ses annonces restent comme elles sont")


class FormulaireScission(FormulaireEchange, forms.Form):
    """The new compétence, and which of the first one's words leave with it."""

    titre = forms.CharField(label="Titre de la nouvelle", max_length=TITRE_MAX)
    phrase = forms.CharField(
        label="La phrase qui aide à choisir",
        max_length=PHRASE_MAX,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )
    dits = forms.MultipleChoiceField(
        label="Les façons de le dire qui partent", required=False, widget=forms.CheckboxSelectMultiple
    )
    jargon = forms.MultipleChoiceField(
        label="Les mots techniques qui partent", required=False, widget=forms.CheckboxSelectMultiple
    )

    clean_titre = FormulaireCompetence.clean_titre
    _code = ""

    def __init__(self, *args: Any, competence: Competence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.competence = competence
        for nom, mots in (("dits", competence.dits), ("jargon", competence.jargon)):
            champ = self.fields[nom]
            if isinstance(champ, forms.MultipleChoiceField):
                champ.choices = [(mot, mot) for mot in mots]
            if not mots:
                del self.fields[nom]

    @property
    def contenu(self) -> ContenuCompetence:
        """The new compétence, beside the first; only after `is_valid()`."""
        donnees = self.cleaned_data
        return ContenuCompetence(
            theme=self.competence.theme,
            titre=donnees["titre"],
            phrase=donnees["phrase"],
            est_metier=self.competence.est_metier,
            dits=donnees.get("dits", []),
            jargon=donnees.get("jargon", []),
            voisines=list(self.competence.voisines.all()),
        )


class FormulaireCorrection(FormulaireEchange, forms.Form):
    competence = ListeDeCompetences(label="Elle parle plutôt de")

    def __init__(self, *args: Any, actuelle: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _remplir(self, "competence", sauf=actuelle)


class FormulaireFiltreMots(FormulaireEchange, forms.Form):
    """What the list of missing words shows, by plain GET; an unknown value counts for none."""

    dit_facultatif = False

    etat = forms.ChoiceField(choices=EtatMot, required=False, widget=forms.HiddenInput)
    theme = forms.ModelChoiceField(Theme.objects.all(), label="Thème probable", required=False)
    territoire = forms.ModelChoiceField(
        Territoire.objects.ouverts(), label="Territoire", required=False, to_field_name="code"
    )
    q = forms.CharField(
        label="Un mot",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, vide in (("theme", "Tous les thèmes"), ("territoire", "Toute la France")):
            champ = self.fields[nom]
            if isinstance(champ, forms.ModelChoiceField):
                champ.empty_label = vide

    @property
    def filtre(self) -> dict[str, Any]:
        """What was understood; a field with an error is left out of it."""
        self.is_valid()
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}


class _SurDesMots(FormulaireEchange, forms.Form):
    """An act on a missing word, and on those of its likes that were ticked."""

    semblables = forms.ModelMultipleChoiceField(
        MotManquant.objects.none(), required=False, to_field_name="uuid", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, semblables: Sequence[MotManquant] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["semblables"]
        if isinstance(champ, forms.ModelMultipleChoiceField):
            champ.queryset = MotManquant.objects.filter(pk__in=[mot.pk for mot in semblables])


class FormulaireRattachement(_SurDesMots):
    competence = ListeDeCompetences(label="De quoi s’agit-il\u00a0?")
    dit = forms.CharField(
        label="Ce que l’arbre retient",
        max_length=DIT_MAX,
        required=False,
        help_text="Raccourcissez si besoin, sans corriger les fautes. Vide\u00a0: rien n’est retenu.",
        widget=forms.Textarea(attrs={"rows": "2"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _remplir(self, "competence")

    def clean_dit(self) -> str:
        return " ".join(self.cleaned_data["dit"].split())


class FormulaireEcart(_SurDesMots):
    motif = forms.CharField(
        label="Pourquoi\u00a0?",
        max_length=MOTIF_MAX,
        help_text="La personne lit cette phrase. Dites-lui quoi faire.",
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


def _remplir(formulaire: forms.Form, nom: str, **options: str) -> None:
    champ = formulaire.fields[nom]
    if isinstance(champ, ListeDeCompetences):
        champ.remplir(**options)
