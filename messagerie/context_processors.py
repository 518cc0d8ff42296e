"""What the menu of every page shows of conversations."""

from functools import cache

from django.http import HttpRequest

from messagerie.models import Participant
from profils.models import Utilisateur


def non_lus(request: HttpRequest) -> dict[str, object]:
    """`messages_non_lus`: one query, and only on a page whose menu asks (templates call it)."""
    utilisateur = getattr(request, "user", None)
    if not isinstance(utilisateur, Utilisateur):
        return {}
    return {"messages_non_lus": cache(lambda: Participant.objects.compter_non_lus(utilisateur))}
