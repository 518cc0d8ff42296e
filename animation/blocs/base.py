"""What our blocks have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from wagtail.blocks import StructBlock, StructBlockValidationError

GRAS_ET_LISTES = ("bold", "italic", "ol", "ul", "link")
TITRE_MAX = 120


class Bloc(StructBlock):
    """A block whose preview wears the site's own clothes.

    Each says in its `Meta` : `label`, `icon`, `help_text`, `template`, `preview_value`, and `description`,
    the line read in the list of blocks.
    """

    class Meta:
        preview_template: ClassVar[str] = "blocs/apercu.html"

    def exiger_l_un(self, propre: Mapping[str, Any], un: str, autre: str, *, fautif: str, refus: str) -> None:
        """Refuse, at `fautif`, both of these children, or neither; a draft may still have neither."""
        if self.is_deferred_validation and not propre[un] and not propre[autre]:
            return
        if bool(propre[un]) == bool(propre[autre]):
            raise StructBlockValidationError(block_errors={fautif: ValidationError(refus)})
