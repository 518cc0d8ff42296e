"""Template context: whether the person acts for a company, and for which when she has several."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from profils.acces import a_plusieurs_entreprises, entreprise_de


def entreprise(request: HttpRequest) -> dict[str, object]:
    """`a_une_entreprise`, and `agit_pour`: a name, empty unless she has several.

    The query of `avec_entreprise`, and only on a page whose menu asks.
    """

    def agit_pour() -> str:
        sienne = entreprise_de(request)
        return sienne.nom if sienne and a_plusieurs_entreprises(request) else ""

    return {
        "a_une_entreprise": SimpleLazyObject(lambda: entreprise_de(request) is not None),
        "agit_pour": SimpleLazyObject(agit_pour),
    }
