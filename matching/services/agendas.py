"""Put one's séances in one's own calendar, by an address; change it; take it back."""

from __future__ import annotations

from uuid import uuid4

from django.core import signing
from django.db import transaction

from echange.socle.horloge import maintenant
from matching.models import AbonnementAgenda
from profils.models import Utilisateur

_SEL = "matching.agenda"


@transaction.atomic
def ouvrir_agenda(*, par: Utilisateur) -> AbonnementAgenda:
    """Give this person an address of her own; asked twice, it is the same."""
    abonnement, _ = AbonnementAgenda.objects.get_or_create(utilisateur=par)
    return abonnement


@transaction.atomic
def changer_agenda(*, par: Utilisateur) -> None:
    """Give another address: whoever knows the old one reads nothing more."""
    AbonnementAgenda.objects.filter(utilisateur=par).update(cle=uuid4(), modifie_le=maintenant())


@transaction.atomic
def fermer_agenda(*, par: Utilisateur) -> None:
    AbonnementAgenda.objects.filter(utilisateur=par).delete()


def creer_jeton(abonnement: AbonnementAgenda) -> str:
    """Return what the address carries. Without end: calendars read it for years, until it is taken back."""
    return signing.dumps(abonnement.cle.hex, salt=_SEL)


def lire_jeton(jeton: str) -> AbonnementAgenda | None:
    """Return whose calendar it is; None for an address not ours, taken back, or of a closed account."""
    try:
        cle = signing.loads(jeton, salt=_SEL)
    except signing.BadSignature:
        return None
    ouverts = AbonnementAgenda.objects.filter(utilisateur__is_active=True).select_related("utilisateur")
    return ouverts.filter(cle=cle).first()
