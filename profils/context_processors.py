"""Template context: whether the person acts for a company."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from profils.acces import entreprise_de


def entreprise(request: HttpRequest) -> dict[str, object]:
    """`a_une_entreprise`: the query of `avec_entreprise`, and only on a page whose menu asks."""
    return {"a_une_entreprise": SimpleLazyObject(lambda: entreprise_de(request) is not None)}
