"""What search engines are told of a page, beside its words: schema.org, as JSON-LD.

A page type says its own by `donnees_structurees(adresse)`, a list of these dictionaries; the trail that leads
to the page is added to all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

if TYPE_CHECKING:
    from animation.presentation.evenements import FicheEvenement

SCHEMA = "https://schema.org"
# As Django's `json_script`: nothing inside can end the element, whatever a company is called.
_NEUTRE = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def adresse_absolue(chemin: str) -> str:
    return chemin if chemin.startswith("http") else f"{settings.ADRESSE_DU_SITE}{chemin}"


def organisation() -> dict[str, Any]:
    return {
        "@type": "Organization",
        "name": "Échange",
        "description": "1 besoin, 1 savoir-faire entre entreprises voisines",
        "url": f"{settings.ADRESSE_DU_SITE}/",
        "logo": adresse_absolue(static("echange/favicon.svg")),
    }


def fil(etapes: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The trail: (name, address) from the home to the page."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": rang, "name": nom, "item": adresse_absolue(adresse)}
            for rang, (nom, adresse) in enumerate(etapes, start=1)
        ],
    }


def faq(questions: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Questions with their answers, which may hold simple HTML."""
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question,
                "acceptedAnswer": {"@type": "Answer", "text": reponse},
            }
            for question, reponse in questions
        ],
    }


def evenement(fiche: FicheEvenement, adresse: str) -> dict[str, Any]:
    """A rendez-vous, at a place or on a screen; the link of its visio is for those who come."""
    tenu = fiche.evenement
    en_ligne = {"@type": "VirtualLocation", "url": adresse_absolue(adresse)}
    sur_place = {"@type": "Place", "name": tenu.lieu or fiche.ou, "address": fiche.ou}
    return {
        "@type": "Event",
        "name": fiche.titre,
        "description": fiche.accroche,
        "url": adresse_absolue(adresse),
        "startDate": localtime(tenu.debut).isoformat(),
        "endDate": localtime(tenu.fin).isoformat(),
        "eventStatus": f"{SCHEMA}/{'EventCancelled' if tenu.est_annule else 'EventScheduled'}",
        "eventAttendanceMode": f"{SCHEMA}/{'On' if fiche.est_a_distance else 'Off'}lineEventAttendanceMode",
        "location": en_ligne if fiche.est_a_distance else sur_place,
        "isAccessibleForFree": True,
        "organizer": organisation(),
    }


def en_balise(donnees: dict[str, Any], nonce: str) -> SafeString:
    """Return the element; the nonce, because the CSP trusts no script block without one."""
    texte = json.dumps({"@context": SCHEMA, **donnees}, ensure_ascii=False).translate(_NEUTRE)
    return format_html(
        '<script type="application/ld+json" nonce="{}">{}</script>',
        nonce,
        mark_safe(texte),
    )
