"""Template context present on every page."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """`DEMO`, `MARQUE_ETAT`, the site's name and public address, this page's own; no query."""
    return {
        "DEMO": settings.DEMO,
        "MARQUE_ETAT": settings.MARQUE_ETAT,
        "NOM_DU_SITE": "Échange",
        "ADRESSE_DU_SITE": settings.ADRESSE_DU_SITE,
        "ADRESSE_CANONIQUE": settings.ADRESSE_DU_SITE + quote(request.path),
    }
