"""Forms of matching: a listing on one screen, a proposal, an answer, a search.

A place is stored as a bit said from neither side (`Lieu`): « chez moi » is the asker's place in a besoin,
the giver's in a savoir-faire. The forms translate, so nobody else has to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import IntegerChoices
from django.http import QueryDict

from echange.socle.forms import ChampCreneaux, ChampDrapeaux, FormulaireEchange
from matching.choix import JOURS, MODALITES_PAR_DEFAUT, MOMENTS, Duree, Motif, Niveau, Rayon
from matching.models import Annonce, Besoin, Competence, Echange, Genre, Participation
from matching.models.annonces import TEXTE_MAX
from matching.models.veilles import TEXTE_VEILLE_MAX
from matching.moteur.adequation import Lieu
from matching.pistes import Question
from matching.services.annonces import Contenu
from matching.services.veilles import ContenuVeille
from matching.suggestions import lire
from territoires.forms import ChampCommune

RECHERCHE_MAX = 200  # characters of a search: a sentence, not a letter


class ChampMots(forms.CharField):
    """A long text whose line ends count for one character, as they do in the browser's own counter."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": str(rows)}), **kwargs)

    def to_python(self, value: Any) -> str:
        texte = super().to_python(value) or ""
        return texte.replace("\r\n", "\n").replace("\r", "\n")


AUCUNE = "aucune"  # what the last card of the suggestions sends: none of them is right


class ChampCompetence(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A compétence by its code. The code of one merged since means what it leads to: no link is ever dead.

    A retired one is refused, unless it is `gardee` (that of the listing being changed) or `meme_retiree`.
    """

    def __init__(self, *, meme_retiree: bool = False, **kwargs: Any) -> None:
        super().__init__(Competence.objects.all(), **kwargs)
        self.meme_retiree, self.gardee = meme_retiree, ""

    def to_python(self, value: Any) -> Competence | None:
        if value in self.empty_values or value == AUCUNE:
            return None
        trouvee = Competence.objects.designee(str(value))
        if trouvee is None or (trouvee.est_retiree and not self.meme_retiree and trouvee.pk != self.gardee):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return trouvee


def _entier(choix: type[IntegerChoices], **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(coerce=int, choices=choix.choices, **kwargs)


class FormulaireAnnonce(FormulaireEchange, forms.Form):
    """One listing on one screen; the words and the compétence are enough, the rest has a default."""

    LIEUX: ClassVar[tuple[tuple[int, str], ...]]
    NIVEAUX: ClassVar[tuple[tuple[int, str], ...]]
    QUESTION_NIVEAU: ClassVar[str]
    NIVEAU_PAR_DEFAUT: ClassVar[Niveau] = Niveau.DEBUTANT
    EXEMPLE: ClassVar[str]

    texte = ChampMots(label="Dites-le avec vos mots", max_length=TEXTE_MAX)
    competence = ChampCompetence(
        label="De quoi s’agit-il\u00a0?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Encore une chose\u00a0: touchez la réponse qui convient le mieux.",
            "invalid_choice": "Choisissez une des réponses proposées.",
        },
    )
    modalites = ChampDrapeaux(label="Où se voir\u00a0?", choices=())
    rayon_km = _entier(
        Rayon, label="Jusqu’où\u00a0?", initial=Rayon.MOYEN, help_text="Autour de votre entreprise."
    )
    creneaux = ChampCreneaux(label="Quand êtes-vous libre\u00a0?", jours=JOURS, moments=MOMENTS)
    duree_minutes = _entier(Duree, label="Combien de temps, à chaque fois\u00a0?", initial=Duree.SOIXANTE)
    niveau = _entier(Niveau, widget=forms.RadioSelect)

    def __init__(self, *args: Any, annonce: Annonce | None = None, **kwargs: Any) -> None:
        self.annonce = annonce
        valeurs = _valeurs_de(annonce) if annonce else {"modalites": MODALITES_PAR_DEFAUT, "creneaux": 0}
        kwargs["initial"] = {"niveau": self.NIVEAU_PAR_DEFAUT, **valeurs, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        champ = self.fields["competence"]
        if annonce and isinstance(champ, ChampCompetence):
            champ.gardee = annonce.competence_id
        else:
            champ.required = self["competence"].data != AUCUNE
        self._poser("modalites", self.LIEUX)
        self._poser("niveau", self.NIVEAUX)
        self.fields["niveau"].label = self.QUESTION_NIVEAU
        self.fields["texte"].help_text = f"Comme à un voisin. Par exemple\u00a0: «\u00a0{self.EXEMPLE}\u00a0»"

    def _poser(self, nom: str, choix: tuple[tuple[int, str], ...]) -> None:
        champ = self.fields[nom]
        if isinstance(champ, forms.ChoiceField):
            champ.choices = choix

    @property
    def est_sans_competence(self) -> bool:
        """None of the compétences is right, she says; only after `is_valid()`."""
        return self.cleaned_data["competence"] is None

    @property
    def reglages(self) -> dict[str, Any]:
        """The answers that wait with the words when no compétence fits; only after `is_valid()`."""
        return {nom: v for nom, v in self.cleaned_data.items() if nom not in ("texte", "competence")}

    @property
    def contenu(self) -> Contenu:
        """What the service publishes; only after `is_valid()`. The capacity is not asked on this screen."""
        return Contenu(**self.cleaned_data, capacite=self.annonce.capacite if self.annonce else 1)


def _valeurs_de(annonce: Annonce) -> dict[str, Any]:
    noms = ("texte", "modalites", "rayon_km", "creneaux", "duree_minutes", "niveau")
    return {**{nom: getattr(annonce, nom) for nom in noms}, "competence": annonce.competence_id}


ICONES_LIEUX = {Lieu.TIERS_LIEU: "tiers-lieu", Lieu.VISIO: "visio"}


class FormulaireBesoin(FormulaireAnnonce):
    LIEUX = (
        (Lieu.CHEZ_DEMANDEUR, "Chez moi"),
        (Lieu.CHEZ_OFFREUR, "Chez l’autre entreprise"),
        (Lieu.TIERS_LIEU, "Dans un lieu tiers"),
        (Lieu.VISIO, "En visio"),
    )
    NIVEAUX = (
        (Niveau.DEBUTANT, "Je débute"),
        (Niveau.INTERMEDIAIRE, "Je me débrouille"),
        (Niveau.AVANCE, "Je veux aller plus loin"),
    )
    EXEMPLE = "Je voudrais de belles photos de mes gâteaux."
    QUESTION_NIVEAU = "Où en êtes-vous\u00a0?"
    aides_options: ClassVar[Mapping[str, Mapping[Any, str]]] = {
        "modalites": {Lieu.TIERS_LIEU: "Café, mairie, espace partagé…"}
    }
    icones_options: ClassVar[Mapping[str, Mapping[Any, str]]] = {
        "modalites": {Lieu.CHEZ_DEMANDEUR: "chez-vous", Lieu.CHEZ_OFFREUR: "chez-lautre", **ICONES_LIEUX}
    }


class FormulaireSavoirFaire(FormulaireAnnonce):
    LIEUX = (
        (Lieu.CHEZ_OFFREUR, "Chez moi"),
        (Lieu.CHEZ_DEMANDEUR, "Chez l’autre entreprise"),
        (Lieu.TIERS_LIEU, "Dans un lieu tiers"),
        (Lieu.VISIO, "En visio"),
    )
    NIVEAUX = (
        (Niveau.DEBUTANT, "Pour débuter"),
        (Niveau.INTERMEDIAIRE, "Pour bien se débrouiller"),
        (Niveau.AVANCE, "Pour aller plus loin"),
    )
    EXEMPLE = "Je tiens ma page Facebook, je peux montrer comment."
    QUESTION_NIVEAU = "Jusqu’où pouvez-vous accompagner quelqu’un\u00a0?"
    NIVEAU_PAR_DEFAUT = Niveau.INTERMEDIAIRE
    aides_options: ClassVar[Mapping[str, Mapping[Any, str]]] = FormulaireBesoin.aides_options
    icones_options: ClassVar[Mapping[str, Mapping[Any, str]]] = {
        "modalites": {Lieu.CHEZ_OFFREUR: "chez-vous", Lieu.CHEZ_DEMANDEUR: "chez-lautre", **ICONES_LIEUX}
    }


def formulaire_pour(modele: type[Annonce]) -> type[FormulaireAnnonce]:
    return FormulaireBesoin if modele is Besoin else FormulaireSavoirFaire


class FormulaireProposition(FormulaireEchange, forms.Form):
    """One optional word with the proposal."""

    mot = ChampMots(
        label="Un mot pour vous présenter",
        help_text="Par exemple\u00a0: «\u00a0Bonjour, je tiens la boulangerie de la place.\u00a0» "
        "Un numéro ou une adresse ne se verraient qu’une fois que tout le monde est d’accord.",
        max_length=Echange._meta.get_field("mot").max_length,
        required=False,
    )


class FormulaireRefus(FormulaireEchange, forms.Form):
    """Why not: one touch, one optional precision."""

    motif = forms.ChoiceField(label="Pourquoi\u00a0?", choices=Motif, widget=forms.RadioSelect)
    commentaire = ChampMots(
        label="Une précision",
        help_text="Les autres entreprises ne la voient pas.",
        max_length=Participation._meta.get_field("commentaire").max_length,
        required=False,
        rows=2,
    )


class FormulairePistes(FormulaireEchange, forms.Form):
    """The questions of a trade: tick each yes."""

    oui = forms.MultipleChoiceField(
        label="Cochez tout ce qui vous ressemble",
        help_text="Même un peu. Ce qui vous paraît simple manque à quelqu’un.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins une réponse, même si cela vous paraît peu de chose."},
    )

    def __init__(self, questions: Sequence[Question], data: QueryDict | None = None) -> None:
        super().__init__(data)
        champ = self.fields["oui"]
        if isinstance(champ, forms.MultipleChoiceField):
            champ.choices = [(question.competence, question.question) for question in questions]


class FormulaireVeille(FormulaireEchange, forms.Form):
    """« Prévenez-moi »: what is awaited, in one's words or by its compétence, and where."""

    cherche = forms.ChoiceField(
        label="Vous attendez",
        widget=forms.RadioSelect,
        choices=(
            (Genre.SAVOIR_FAIRE, "Quelqu’un qui sait le faire"),
            (Genre.BESOIN, "Quelqu’un qui voudrait l’apprendre de vous"),
        ),
        initial=Genre.SAVOIR_FAIRE,
    )
    texte = forms.CharField(
        label="Avec vos mots",
        max_length=TEXTE_VEILLE_MAX,
        required=False,
        help_text="Par exemple\u00a0: «\u00a0des photos de mes plats\u00a0».",
    )
    competence = ChampCompetence(
        label="Ou dans la liste", required=False, help_text="Plus sûr que les mots seuls, si elle y est."
    )
    commune = ChampCommune(label="Près de")
    rayon_km = _entier(Rayon, label="Jusqu’à", initial=Rayon.MOYEN)
    visio = forms.BooleanField(label="Plus loin aussi, si c’est possible en visio", required=False)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        champ = self.fields["competence"]
        if isinstance(champ, forms.ModelChoiceField):
            champ.queryset = Competence.objects.choisissables().select_related("theme")

    def clean_texte(self) -> str:
        return " ".join(self.cleaned_data["texte"].split())

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if not donnees.get("texte") and not donnees.get("competence") and "texte" in donnees:
            self.add_error("texte", "Dites ce que vous attendez, ou choisissez dans la liste.")
        return donnees

    @property
    def contenu(self) -> ContenuVeille:
        """What the service keeps; words that surely say a compétence are kept with it. After `is_valid()`."""
        donnees = self.cleaned_data
        return ContenuVeille(**donnees | {"competence": donnees["competence"] or lire(donnees["texte"])})


class FormulaireRecherche(FormulaireEchange, forms.Form):
    """« J’ai besoin de … près de … »; links add `competence` (a suggestion touched) and `visio`."""

    texte = forms.CharField(
        label="J’ai besoin de",
        max_length=RECHERCHE_MAX,
        help_text="Avec vos mots\u00a0: «\u00a0de belles photos\u00a0», «\u00a0mes factures\u00a0»…",
        error_messages={"required": "Écrivez ce que vous cherchez, par exemple «\u00a0photos\u00a0»."},
    )
    commune = ChampCommune(label="Près de")
    rayon = _entier(Rayon, label="Jusqu’à", initial=Rayon.MOYEN)
    competence = ChampCompetence(required=False, meme_retiree=True)
    visio = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        """A link may leave out the words when it names a compétence, and always the radius."""
        if data is not None:
            data = data.copy()
            data.setdefault("rayon", str(Rayon.MOYEN))
        super().__init__(data, **kwargs)
        self.fields["texte"].required = data is None or not data.get("competence")
