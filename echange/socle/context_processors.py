"""Template context present on every page."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`DEMO`, `MARQUE_ETAT` and the site's name; no query."""
    return {"DEMO": settings.DEMO, "MARQUE_ETAT": settings.MARQUE_ETAT, "NOM_DU_SITE": "Échange"}
