"""What the menu of every page shows of conversations and notifications."""

from functools import cache

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from messagerie.models import Notification, Participant
from messagerie.models.conversations import NON_LUS
from profils.models import Utilisateur


def non_lus(request: HttpRequest) -> dict[str, object]:
    """`messages_non_lus`, `notifications_non_lues`: one query, and only on a page whose menu asks."""
    utilisateur = getattr(request, "user", None)
    if not isinstance(utilisateur, Utilisateur):
        return {}
    compter = cache(lambda: _compter(utilisateur))
    return {"messages_non_lus": lambda: compter()[0], "notifications_non_lues": lambda: compter()[1]}


def _compter(utilisateur: Utilisateur) -> tuple[int, int]:
    messages = Participant.objects.filter(utilisateur=OuterRef("pk")).values("utilisateur")
    notifications = (
        Notification.objects.filter(destinataire=OuterRef("pk")).sur_le_site().non_lues().order_by()
    )
    comptes: tuple[int, int] = (
        Utilisateur.objects.filter(pk=utilisateur.pk)
        .values_list(
            Coalesce(Subquery(messages.annotate(n=Sum(NON_LUS)).values("n")), 0),
            Coalesce(Subquery(notifications.values("destinataire").annotate(n=Count("pk")).values("n")), 0),
        )
        .get()
    )
    return comptes
