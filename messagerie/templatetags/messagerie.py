"""What templates need to show conversations."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.html import Urlizer, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from echange.socle.horloge import maintenant
from messagerie.models import Participant
from messagerie.models.conversations import DEBUT, FIN
from messagerie.notifications.fil import LigneDeCourriel
from messagerie.presentation_groupe import nom_de as dire_nom

register = template.Library()


class LiensSurs(Urlizer):
    """Django's `urlize`, whose links give search engines nothing and the other site no hold on ours."""

    url_template = '<a href="{href}" rel="nofollow noopener noreferrer ugc">{url}</a>'


_lier = LiensSurs()


@register.filter
@lru_cache(maxsize=1024)  # a message is drawn for its author and for each of the others at the same instant
def liens_surs(texte: str) -> SafeString:
    """Escape a person's text and make its web and mail addresses links."""
    return mark_safe(_lier(str(texte), trim_url_limit=60, autoescape=True))


@register.filter
def quand(instant: datetime) -> str:
    """Return « 14:05 » for today, « 3 mars » this year, « 3 mars 2025 » before."""
    local, present = localtime(instant), localtime(maintenant())
    if local.date() == present.date():
        return f"{local:%H:%M}"
    return date_format(local, "j F" if local.year == present.year else "j F Y")


@register.filter
def nom_de(participant: Participant) -> str:
    """Return a participant's first name, or her company's."""
    return dire_nom(participant)


@register.filter
def enumerer(noms: Sequence[str]) -> str:
    """Return « Alice », « Alice et Brune », « Alice, Brune et Chloé »."""
    return " et ".join(filter(None, [", ".join(noms[:-1]), *noms[-1:]]))


@register.filter
def surligner(extrait: str) -> SafeString:
    """Escape an extract of `Message.objects.chercher` and mark the words found."""
    return mark_safe(escape(extrait).replace(DEBUT, "<mark>").replace(FIN, "</mark>"))


@register.filter
def telephone(numero: str) -> str:
    """Return « 06 12 34 56 78 » for a French number; another country's as it is."""
    if numero.startswith("0"):
        return "\u00a0".join(re.findall(r"..", numero))
    return numero


@register.filter
def cite(ligne: LigneDeCourriel) -> str:
    """Return an earlier message as mails quote one: each line after a « > »."""
    return "\n".join(f"> {texte}" for texte in [f"{ligne.qui}\u00a0:", *ligne.texte.splitlines()])
