"""What `templates/composants/` needs beyond `{% include %}`: see docs/composants.md for how to use them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from echange.socle.forms import ErreurDeChamp, Presentation, erreurs_de_champs

register = template.Library()


@dataclass(frozen=True, slots=True)
class Lien:
    """An entry of the navigation; `court` is its name in the bar at the bottom of a phone."""

    texte: str
    court: str
    url: str
    icone: str
    est_courant: bool


# Address, name in the menu, name in the phone's bar, icon; an address not served yet shows no link.
ENTREES = (
    ("matching:recherche", "Chercher", "Chercher", "chercher"),
    ("matching:rapprochements", "Vos rapprochements", "Rapprochements", "rapprochement"),
    ("matching:mes_echanges", "Vos échanges", "Échanges", "echange"),
    ("matching:mes_annonces", "Vos annonces", "Annonces", "annonces"),
    ("messagerie:conversations", "Messages", "Messages", "messages"),
)
ENTREES_DE_L_ANIMATION = (
    ("animation:console", "Animation", "Animation", "animation"),
    ("matching:recherche", "Chercher", "Chercher", "chercher"),
)
PUBLIQUES = frozenset({"matching:recherche"})
# Pages to read, for everyone: laid by the installation, they keep their addresses and stay on line.
PAGES = (
    ("/guides/", "Guides", "guide"),
    ("/communautes/", "Communautés", "lieu"),
    ("/questions/", "Aide", "aide"),
)
PIED = (
    ("/temoignages/", "Témoignages", "guide"),
    ("/ressources/", "Ressources", "annonces"),
    ("/mentions-legales/", "Mentions légales", "guide"),
    ("/confidentialite/", "Données personnelles", "guide"),
    ("/conditions/", "Conditions d’utilisation", "guide"),
    ("/facture-et-tva/", "Facture et TVA", "guide"),
    ("/accessibilite/", "Accessibilité\u00a0: non conforme", "guide"),
)


def adresse(nom: str) -> str:
    """Return the address of a view without arguments, `""` when the project does not serve it."""
    try:
        return reverse(nom)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def liens_navigation(context: Context) -> list[Lien]:
    """Return the entries this person may follow, by `peut_animer` and `a_une_entreprise` of the context."""
    request: HttpRequest | None = context.get("request")
    connecte = bool(getattr(context.get("user"), "is_authenticated", False))
    chemin = request.path if request else ""
    # Who animates without a company of her own has nothing to match nor to answer.
    anime_seulement = connecte and context.get("peut_animer") and not context.get("a_une_entreprise")
    possibles = ENTREES_DE_L_ANIMATION if anime_seulement else ENTREES
    entrees = [(adresse(e[0]), *e[1:]) for e in possibles if connecte or e[0] in PUBLIQUES]
    return [
        Lien(texte, court, url, icone, est_courant=bool(url) and chemin.startswith(url))
        for url, texte, court, icone in entrees
        if url
    ]


@register.simple_tag(takes_context=True)
def liens_pages(context: Context, *, pied: bool = False) -> list[Lien]:
    """Return the pages to read that the menus lead to; `pied`, with those of the foot of every page."""
    request: HttpRequest | None = context.get("request")
    chemin = request.path if request else ""
    return [
        Lien(texte, texte, url, icone, est_courant=chemin.startswith(url))
        for url, texte, icone in (PAGES + PIED if pied else PAGES)
    ]


@register.simple_tag
@lru_cache(maxsize=256)  # a page of cards draws forty, of a few kinds
def icone(nom: str, texte: str = "") -> SafeString:
    """Draw an icon of `echange/icones.svg`; decorative unless `texte` says what it means."""
    url = static("echange/icones.svg")
    if texte:
        return format_html(
            '<svg class="icone" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', texte, url, nom
        )
    return format_html('<svg class="icone" aria-hidden="true"><use href="{}#{}"></use></svg>', url, nom)


SORTES_DE_BOUTON = {
    "secondaire": " fr-btn--secondary",
    "discret": " fr-btn--tertiary",
    "lien": " fr-btn--tertiary-no-outline",
    "danger": " fr-btn--danger",
}


@register.simple_tag
def classe_bouton(sorte: str = "", petit: bool | str = "") -> str:  # noqa: FBT001  # as a template passes it
    return f"fr-btn{SORTES_DE_BOUTON.get(sorte, '')}{' fr-btn--sm' if petit else ''}"


@register.filter
def presentation(champ: BoundField) -> Presentation:
    return Presentation(champ)


@register.filter
def erreurs_listees(formulaire: BaseForm) -> list[ErreurDeChamp]:
    return erreurs_de_champs(formulaire)


@register.filter
def niveau_alerte(message: Message) -> str:
    """Return the alert level of a Django message: `info`, `success`, `warning` or `error`."""
    niveau = message.level_tag
    return niveau if niveau in ("success", "warning", "error") else "info"


@register.inclusion_tag("composants/formulaire.html", takes_context=True)
def formulaire(
    context: Context,
    formulaire: BaseForm,
    bouton: str = "Enregistrer",
    *,
    action: str = "",
    methode: str = "post",
    retour: str = "",
    retour_texte: str = "Annuler",
) -> dict[str, Any]:
    """A whole form: error summary, fields, button; see `composants/formulaire.html`."""
    return {
        "formulaire": formulaire,
        "bouton": bouton,
        "action": action,
        "methode": methode,
        "retour": retour,
        "retour_texte": retour_texte,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("composants/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the other pages of a list; the rest of the address's query is kept."""
    request: HttpRequest | None = context.get("request")

    def lien(numero: int) -> str:
        requete = request.GET.copy() if request else QueryDict(mutable=True)
        requete["page"] = str(numero)
        return f"?{requete.urlencode()}"

    numeros = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "precedente": lien(page.previous_page_number()) if page.has_previous() else "",
        "suivante": lien(page.next_page_number()) if page.has_next() else "",
        "pages": [(n, lien(n) if isinstance(n, int) else "") for n in numeros],
    }
