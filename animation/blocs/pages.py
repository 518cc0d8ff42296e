"""Blocks that show another page of the site, as long as it is on line."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import PageChooserBlock

FICHES = [
    "animation.FicheFormation",
    "animation.FicheActivateur",
    "animation.FicheAide",
    "animation.FicheContact",
]


class Fiche(PageChooserBlock):
    """One query for all those of a page, whatever their kinds: what a card shows is in every page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"page_type": FICHES} | kwargs)

    class Meta:
        label = "Fiche"
        icon = "tag"
        description = "Une formation, un activateur, une aide ou un contact"
        help_text = "Choisissez une fiche des ressources\u00a0: elle reste à jour partout à la fois."
        template = "blocs/fiche.html"
        preview_template = "blocs/apercu.html"

    def get_preview_value(self) -> dict[str, Any]:
        accroche = "Une conseillère reçoit les entreprises, sans rendez-vous."
        return {"live": True, "url": "#", "title": "Le point numérique", "search_description": accroche}


class Temoignage(PageChooserBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"page_type": ["animation.PageTemoignage"]} | kwargs)

    class Meta:
        label = "Témoignage"
        icon = "group"
        description = "Ce qu’une entreprise raconte d’un échange"
        help_text = "Il disparaît d’ici si l’entreprise retire son accord."
        template = "blocs/temoignage.html"
        preview_template = "blocs/apercu.html"

    def get_preview_value(self) -> dict[str, Any]:
        return {
            "live": True,
            "texte": "En une heure, j’ai su faire mes photos moi-même.",
            "entreprise": "Boulangerie du Marché",
            "commune": "Rennes",
            "secteur": "Boulangerie",
        }
