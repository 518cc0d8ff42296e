"""What our blocks have in common."""

from __future__ import annotations

from typing import ClassVar

from wagtail.blocks import StructBlock

GRAS_ET_LISTES = ("bold", "italic", "ol", "ul", "link")
TITRE_MAX = 120


class Bloc(StructBlock):
    """A block whose preview wears the site's own clothes.

    Each says in its `Meta` : `label`, `icon`, `help_text`, `template`, `preview_value`, and `description`,
    the line read in the list of blocks.
    """

    class Meta:
        preview_template: ClassVar[str] = "blocs/apercu.html"
