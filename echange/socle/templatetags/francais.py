"""French in templates: plurals, distances, durations, masked details (always loaded, see settings)."""

from datetime import date

from django import template
from django.utils.formats import date_format

from echange.socle import masquage

register = template.Library()


@register.filter
def pluriel(nombre: float, formes: str = ",s") -> str:
    """Return the singular or plural form: in French 0, 1 and 1.5 are singular (not so in `pluralize`).

    `{{ n }} besoin{{ n|pluriel }}`, `{{ n|pluriel:"cheval,chevaux" }}`.
    """
    singulier, _, plur = formes.rpartition(",")
    return plur if abs(nombre) >= 2 else singulier


@register.filter
def distance(metres: float | None) -> str:
    """Return a distance as a neighbour would say it; never finer than a kilometre (positions are blurred)."""
    if metres is None:
        return ""
    if metres < 1000:
        return "moins de 1\u00a0km"
    return f"{round(metres / 1000)}\u00a0km"


@register.filter
def milliers(nombre: int) -> str:
    """Return « 225 081 »."""
    return f"{nombre:,}".replace(",", "\u202f")


@register.filter
def jour(date: date) -> str:
    """Return « 3 décembre », « 1er janvier »."""
    numero = "1er" if date.day == 1 else str(date.day)
    return f"{numero} {date_format(date, 'F')}"


@register.filter
def duree(minutes: int | None) -> str:
    """Return « 45 min », « 1 h » or « 1 h 30 »."""
    if minutes is None:
        return ""
    heures, reste = divmod(minutes, 60)
    if not heures:
        return f"{reste}\u00a0min"
    return f"{heures}\u00a0h" + (f"\u00a0{reste:02d}" if reste else "")


@register.filter
def sans_coordonnees(texte: str) -> str:
    """Mask the phone numbers, addresses and links of a text read before people have agreed."""
    return masquage.masquer_coordonnees(texte)


@register.filter
def a_des_coordonnees(texte: str) -> bool:
    """Say whether `sans_coordonnees` masks something, to explain it."""
    return masquage.a_des_coordonnees(texte)
