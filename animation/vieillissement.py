"""Pages that nobody has read again for a year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.timezone import localdate

from animation.models import SORTES, Guide, PageFaq, PageLegale
from echange.socle.horloge import maintenant
from territoires.models import Territoire

VIEUX_APRES = relativedelta(months=12)
RELUES: tuple[type[Any], ...] = (Guide, *SORTES, PageFaq, PageLegale)


def pages_vieilles(territoires: Sequence[Territoire] | None) -> list[Any]:
    """Return the published pages not read again for twelve months, the oldest first.

    None: those of the whole site, for a référent; otherwise those below these territoires' own pages.
    """
    limite: date = localdate(maintenant()) - VIEUX_APRES
    sous = Q()
    if territoires is not None:
        sous = Q(pk__in=[])
        for territoire in territoires:
            if hasattr(territoire, "page"):
                sous |= Q(path__startswith=territoire.page.path)
    return sorted(
        (
            page
            for modele in RELUES
            for page in modele.objects.live().filter(sous, revu_le__lte=limite).order_by("revu_le", "pk")
        ),
        key=lambda page: (page.revu_le, page.pk),
    )
