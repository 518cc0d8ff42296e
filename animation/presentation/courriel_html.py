"""A page's HTML as mail readers take it: a few tags, styles on each, addresses in full; and as text."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

STYLES = {
    "h2": "margin: 28px 0 8px; font-size: 21px; line-height: 1.3; color: #0b4f5c",
    "h3": "margin: 20px 0 6px; font-size: 18px; line-height: 1.3; color: #0b4f5c",
    "p": "margin: 0 0 14px",
    "ul": "margin: 0 0 14px; padding-left: 22px",
    "ol": "margin: 0 0 14px; padding-left: 22px",
    "li": "margin: 0 0 6px",
    "a": "color: #0b4f5c",
    "blockquote": "margin: 0 0 14px; padding-left: 14px; border-left: 4px solid #c7d3d0",
    "img": "max-width: 100%; height: auto; border-radius: 10px",
}
SIMPLES = {"b", "strong", "i", "em", "br"}
RETIRES = ("script", "style", "svg", "form", "iframe", "video", "audio", "template", "button", "input")
SURES = ("https://", "http://", "mailto:", "tel:")


def simplifier(html: str, adresse: str) -> str:
    """Return the same words under a few tags without any style; others are opened up.

    Links of the site become whole, from `adresse` on.
    """
    soupe = BeautifulSoup(html, "html.parser")
    for mort in soupe.find_all(RETIRES):
        mort.decompose()
    for balise in list(soupe.find_all()):
        if balise.name not in STYLES and balise.name not in SIMPLES:
            balise.unwrap()
            continue
        liens = {nom: urljoin(f"{adresse}/", str(balise[nom])) for nom in ("href", "src") if balise.get(nom)}
        alternative = str(balise.get("alt") or "")
        balise.attrs.clear()
        balise.attrs.update((nom, lien) for nom, lien in liens.items() if lien.startswith(SURES))
        if balise.name == "img":
            balise["alt"] = alternative
    return str(soupe).strip()


@lru_cache(maxsize=8)
def habiller(html: str) -> str:
    """Return it (from `simplifier`) as mail readers want it: a style on each tag."""
    soupe = BeautifulSoup(html, "html.parser")
    for balise in soupe.find_all(list(STYLES)):
        balise["style"] = STYLES[balise.name]
    return str(soupe)


def en_texte(html: str) -> str:
    """Return the same without any tag (from `simplifier`): lists with dashes, links with their address."""
    soupe = BeautifulSoup(html, "html.parser")
    return "\n\n".join(filter(None, (_dire(enfant) for enfant in soupe.children)))


def _dire(noeud: object) -> str:
    if isinstance(noeud, NavigableString):
        return " ".join(str(noeud).split())
    if not isinstance(noeud, Tag):
        return ""
    if noeud.name in {"ul", "ol"}:
        return "\n".join(f"- {_en_ligne(li)}" for li in noeud.find_all("li", recursive=False))
    if noeud.name in {"h2", "h3"}:
        return _en_ligne(noeud).upper()
    return _en_ligne(noeud)


def _en_ligne(balise: Tag) -> str:
    morceaux = []
    for enfant in balise.children:
        if isinstance(enfant, NavigableString):
            morceaux.append(str(enfant))
        elif isinstance(enfant, Tag):
            morceaux.append(_dire_en_ligne(enfant))
    return " ".join("".join(morceaux).split(" ")).strip()


def _dire_en_ligne(balise: Tag) -> str:
    if balise.name == "br":
        return "\n"
    if balise.name == "img":
        return str(balise.get("alt") or "")
    dedans = _en_ligne(balise)
    adresse = str(balise.get("href") or "")
    return f"{dedans} ({adresse})" if adresse and adresse != dedans else dedans
