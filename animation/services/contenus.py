"""Starting content, written by us: guides, questions, legal pages, laid once; editors have the last word."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from animation.models import Guide, PageFaq, PageLegale, RubriqueGuides
from animation.services.rubriques import poser
from profils.models import Secteur
from territoires.models import SourceChargee

DOSSIER = Path(__file__).resolve().parent.parent / "contenus"
SOURCE = "guides"


def poser_textes(accueil: Page) -> None:
    """Lay the questions and the legal pages that are missing under the home."""
    posees = set(Page.objects.child_of(accueil).values_list("slug", flat=True))
    if "questions" not in posees:
        faq = _lire("questions.toml")
        page = PageFaq(slug="questions", title=faq["titre"], accroche=faq["accroche"])
        page.questions = blocs(faq["questions"])
        poser(accueil, page)
    for fiche in _lire("legales.toml")["page"]:
        if fiche["slug"] not in posees:
            corps = blocs(fiche["corps"])
            poser(accueil, PageLegale(slug=fiche["slug"], title=fiche["titre"], corps=corps))


def poser_guides(rubrique: RubriqueGuides) -> None:
    """Lay the national guides, the first time only: one that a référent deletes does not come back."""
    _, est_nouvelle = SourceChargee.objects.get_or_create(nom=SOURCE, defaults={"empreinte": "1"})
    if not est_nouvelle:
        return
    metiers = {secteur.pk: secteur for secteur in Secteur.objects.all()}
    for chemin in sorted((DOSSIER / "guides").glob("*.toml")):
        fiche = _lire(f"guides/{chemin.name}")
        guide = Guide(
            slug=chemin.stem,
            title=fiche["titre"],
            search_description=fiche["accroche"],
            corps=blocs(fiche["corps"]),
            **{nom: fiche[nom] for nom in ("accroche", "duree", "materiel", "cout")},
        )
        guide.secteurs = [metiers[code] for code in fiche.get("secteurs", ()) if code in metiers]
        poser(rubrique, guide)


def _lire(nom: str) -> dict[str, Any]:
    return tomllib.loads((DOSSIER / nom).read_text(encoding="utf-8"))


def blocs(lignes: Iterable[dict[str, Any]]) -> list[tuple[str, Any]]:
    """Turn the tables of a file, one key each, into blocks."""
    return [(sorte, _valeur(sorte, valeur)) for ligne in lignes for sorte, valeur in ligne.items()]


def _valeur(sorte: str, valeur: Any) -> Any:
    if sorte == "titre":
        return {"texte": valeur}
    if sorte == "texte":
        return en_html(valeur)
    if sorte == "etapes":
        return {"etapes": [etape | {"texte": en_html(etape["texte"])} for etape in valeur]}
    if sorte == "controle":
        return valeur
    riche = "reponse" if sorte == "question" else "texte"
    return valeur | {riche: en_html(valeur[riche])}


def en_html(texte: str) -> SafeString:
    """Turn plain text into paragraphs and lists: a blank line parts them, « - » begins a point.

    The files are ours: the HTML they hold (a link) is kept; **two stars** make bold.
    """
    return format_html_join("", "{}", ((morceau,) for morceau in _morceaux(texte)))


def _morceaux(texte: str) -> Iterator[SafeString]:
    for paragraphe in re.split(r"\n\s*\n", texte.strip()):
        lignes = [_gras(ligne) for ligne in paragraphe.splitlines()]
        if lignes[0].startswith("- "):
            points = ((mark_safe(ligne.removeprefix("- ")),) for ligne in lignes)
            yield format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", points))
        else:
            yield format_html("<p>{}</p>", mark_safe(" ".join(lignes)))


def _gras(ligne: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", ligne)
