"""Template context: whether the menu shows « Animation »."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from animation.acces import peut_animer
from profils.models import Utilisateur


def animation(request: HttpRequest) -> dict[str, object]:
    """`peut_animer`: one query, and only on a page whose menu asks."""
    utilisateur = getattr(request, "user", None)
    if not isinstance(utilisateur, Utilisateur):
        return {}
    return {"peut_animer": SimpleLazyObject(lambda: peut_animer(utilisateur))}
