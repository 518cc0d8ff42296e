"""`{% include "composants/…" with … only %}`, drawn once for what it is given (always loaded, see settings).

A component is a function of its variables: it has no request, no clock, no database (a test reads its tags).
The same button, the same card are then drawn once per process, whoever looks: half of the time of a page full
of cards (measured). Nothing is to be emptied: another word, another text, is another drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.template import Context, Engine
from django.template.base import FilterExpression, Parser, Token
from django.template.loader_tags import IncludeNode, do_include
from django.utils.safestring import SafeString

register = template.Library()

DOSSIER = "composants/"
RETENUS = 4096  # drawings kept by a process, the least used go first: about 10 MB
# By their very type: `1` is not `True`, and a text that is safe is not one that must be escaped.
SIMPLES = frozenset({str, SafeString, int, float, bool, type(None)})

Valeur = tuple[type, Any]


class ComposantRetenu(IncludeNode):
    """An `include` that looks first whether this was drawn already."""

    def render(self, context: Context) -> SafeString:
        moteur = context.template.engine  # type: ignore[union-attr]  # bound while it is drawn
        valeurs = {nom: expression.resolve(context) for nom, expression in self.extra_context.items()}
        cle = None if moteur.debug else _cle(valeurs)
        if cle is None:
            return moteur.get_template(self.template.var).render(context.new(valeurs))
        return _dessiner(moteur, self.template.var, context.autoescape, cle)


@register.tag("include")
def inclure(parser: Parser, token: Token) -> IncludeNode:
    """Django's own `include`, but for a component that is only given plain values."""
    noeud = do_include(parser, token)
    if noeud.isolated_context and _nom(noeud.template).startswith(DOSSIER):
        return ComposantRetenu(noeud.template, extra_context=noeud.extra_context, isolated_context=True)
    return noeud


def _nom(gabarit: FilterExpression) -> str:
    """The template's name when it is written there, not read from a variable."""
    return gabarit.var if isinstance(gabarit.var, str) and not gabarit.filters else ""


@lru_cache(maxsize=RETENUS)
def _dessiner(moteur: Engine, nom: str, echappe: bool, cle: tuple[tuple[str, Valeur], ...]) -> SafeString:  # noqa: FBT001
    valeurs = {variable: _relire(valeur) for variable, valeur in cle}
    return moteur.get_template(nom).render(Context(valeurs, autoescape=echappe))


def _cle(valeurs: Mapping[str, Any]) -> tuple[tuple[str, Valeur], ...] | None:
    """What the drawing depends on; None when a value is more than words and numbers."""
    try:
        return tuple((nom, _retenir(valeur)) for nom, valeur in valeurs.items())
    except TypeError:
        return None


def _retenir(valeur: Any) -> Valeur:
    sorte = type(valeur)
    if sorte in SIMPLES:
        return sorte, valeur
    if sorte in (list, tuple):
        return tuple, tuple(_simples(valeur))
    raise TypeError(sorte)


def _simples(valeurs: Any) -> Iterator[Valeur]:
    for valeur in valeurs:
        if type(valeur) not in SIMPLES:
            raise TypeError(type(valeur))
        yield type(valeur), valeur


def _relire(valeur: Valeur) -> Any:
    sorte, contenu = valeur
    return [simple for _, simple in contenu] if sorte is tuple else contenu
