"""The living catalogue of components: what page writers copy from, and what tests look at."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from echange.socle.forms import ChampCreneaux, ChampDrapeaux, FormulaireEchange

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MOMENTS = ("matin", "après-midi", "soir")
BOUCLE = (
    {
        "de": "Vous",
        "a": "Garage Morin",
        "quoi": "Prendre de belles photos avec un téléphone",
        "sens": "donne",
    },
    {"de": "Garage Morin", "a": "Fleurs d’Anaïs", "quoi": "Faire ses factures en ligne", "sens": ""},
    {"de": "Fleurs d’Anaïs", "a": "Vous", "quoi": "Tenir une page Facebook", "sens": "recu"},
)
CHAINE = (
    {"de": "Coiffure Léa", "a": "Fleurs d’Anaïs", "quoi": "Faire ses factures en ligne", "sens": ""},
    {
        "de": "Fleurs d’Anaïs",
        "a": "Vous",
        "quoi": "Tenir une page Facebook",
        "sens": "recu",
        "detail": "à 1,8\u00a0km",
    },
)
FORMES = {
    "direct": {"mots": "Direct", "icone": "direct"},
    "reciproque": {"mots": "Réciproque", "icone": "echange"},
    "cercle": {"mots": "Cercle à trois", "icone": "cercle"},
    "chaine": {"mots": "Chaîne", "icone": "chaine"},
}
RECIPROQUE = (
    {"de": "Menuiserie Le Gall", "a": "Vous", "quoi": "Faire un devis clair sur ordinateur", "sens": "recu"},
    {
        "de": "Vous",
        "a": "Menuiserie Le Gall",
        "quoi": "Prendre de belles photos avec un téléphone",
        "sens": "donne",
    },
)


class FormulaireExemple(FormulaireEchange, forms.Form):
    """One field of each kind."""

    aides_options = {
        "niveau": {
            1: "Vous n’avez jamais essayé, ou presque.",
            2: "Vous le faites, mais cela vous prend du temps.",
            3: "Vous le faites souvent et voulez gagner en qualité.",
        }
    }

    titre = forms.CharField(label="Ce que vous cherchez", help_text="Quelques mots suffisent.", max_length=80)
    email = forms.EmailField(label="Votre adresse e-mail")
    texte = forms.CharField(
        label="Avec vos mots",
        help_text="Ce qui vous arrive, ce que vous aimeriez savoir faire.",
        max_length=600,
        widget=forms.Textarea,
    )
    rayon = forms.ChoiceField(
        label="Jusqu’où vous vous déplacez",
        choices=[("", "---------"), (5, "5\u00a0km"), (10, "10\u00a0km"), (20, "20\u00a0km")],
        required=False,
    )
    niveau = forms.ChoiceField(
        label="Où vous en êtes",
        choices=[(1, "Je débute"), (2, "Je me débrouille"), (3, "Je veux aller plus loin")],
        widget=forms.RadioSelect,
    )
    modalites = ChampDrapeaux(
        label="Comment vous rencontrer",
        help_text="Cochez tout ce qui vous convient.",
        choices=[
            (1, "Chez vous"),
            (2, "Chez l’autre entreprise"),
            (4, "Dans un lieu à mi-chemin"),
            (8, "En visio"),
        ],
    )
    creneaux = ChampCreneaux(label="Quand vous êtes libre", jours=JOURS, moments=MOMENTS)
    accord = forms.BooleanField(
        label="J’accepte que mon besoin soit visible de tous",
        help_text="Votre adresse exacte et votre téléphone restent cachés.",
    )


@login_not_required
@require_GET
def composants(request: HttpRequest) -> HttpResponse:
    """Show every component with made-up data; no query."""
    page = Paginator(range(120), 10).get_page(request.GET.get("page", 4))
    return render(
        request,
        "socle/composants.html",
        {
            "formulaire_vide": FormulaireExemple(initial={"modalites": 9, "niveau": 1, "creneaux": 0b100001}),
            "formulaire_errone": FormulaireExemple(
                {"email": "marie@", "texte": "Je voudrais", "creneaux": ["0"]}, auto_id="erreur_%s"
            ),
            "formulaire_modalites": FormulaireExemple(initial={"modalites": 9}, auto_id="modalites_%s"),
            "boucle": BOUCLE,
            "chaine": CHAINE,
            "formes": FORMES,
            "reciproque": RECIPROQUE,
            "direct": RECIPROQUE[:1],
            "page_exemple": page,
        },
    )
