"""What templates need to show conversations."""

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.html import Urlizer
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime

from echange.socle.horloge import maintenant

register = template.Library()


class LiensSurs(Urlizer):
    """Django's `urlize`, whose links give search engines nothing and the other site no hold on ours."""

    url_template = '<a href="{href}" rel="nofollow noopener noreferrer ugc">{url}</a>'


_lier = LiensSurs()


@register.filter
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
