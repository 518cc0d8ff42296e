"""The signed link of an abonnement: it confirms or stops it, without signing in. It names nobody."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from animation.models import Abonnement
from echange.socle.horloge import maintenant

DELAI_DE_CONFIRMATION = timedelta(hours=48)
_SEL = "animation.abonnement"


def creer_jeton(abonnement: Abonnement) -> str:
    """Return what the link holds."""
    return signing.dumps(str(abonnement.uuid), salt=_SEL)


def chemin_d_abonnement(abonnement: Abonnement) -> str:
    """Return the page that confirms or stops it, for whoever reads its mails."""
    return reverse("lettres:abonnement", args=[creer_jeton(abonnement)])


def lire_jeton(jeton: str) -> Abonnement | None:
    """Return the abonnement of a link; None when the link is not ours or too late, or already left."""
    try:
        uuid = UUID(signing.loads(jeton, salt=_SEL))
    except (signing.BadSignature, ValueError):
        return None
    abonnement = Abonnement.objects.select_related("territoire", "utilisateur").filter(uuid=uuid).first()
    if abonnement is None:
        return None
    est_perime = abonnement.demande_le < maintenant() - DELAI_DE_CONFIRMATION
    return None if abonnement.confirme_le is None and est_perime else abonnement


def est_des_notres(jeton: str) -> bool:
    """Whether the link was ours, even of an abonnement that is gone: leaving twice is leaving once."""
    try:
        signing.loads(jeton, salt=_SEL)
    except signing.BadSignature:
        return False
    return True
