"""The signed link of a registration: it confirms, shows and cancels it, without signing in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from animation.models import EtatInscription, Inscription
from echange.socle.horloge import maintenant

DELAI_DE_CONFIRMATION = timedelta(hours=48)
_SEL = "animation.inscription"


def creer_jeton(inscription: Inscription) -> str:
    """Return what the link holds."""
    return signing.dumps(str(inscription.uuid), salt=_SEL)


def chemin_d_inscription(inscription: Inscription) -> str:
    """Return the page of this registration, for whoever reads its mails. It names nobody."""
    return reverse("agenda:inscription", args=[creer_jeton(inscription)])


def lire_jeton(jeton: str) -> Inscription | None:
    """Return the registration of a link.

    None when it is not ours, or when its registration is gone (a demand lives two days, the rest six months
    after the event).
    """
    try:
        uuid = UUID(signing.loads(jeton, salt=_SEL))
    except (signing.BadSignature, ValueError):
        return None
    lisibles = Inscription.objects.select_related(
        "evenement__page", "evenement__commune", "evenement__territoire", "utilisateur"
    )
    inscription = lisibles.filter(uuid=uuid).first()
    if inscription is None or _est_perimee(inscription):
        return None
    return inscription


def _est_perimee(inscription: Inscription) -> bool:
    """A demand that the night has not deleted yet."""
    return (
        inscription.etat == EtatInscription.A_CONFIRMER
        and inscription.demandee_le < maintenant() - DELAI_DE_CONFIRMATION
    )
