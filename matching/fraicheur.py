"""A listing ends unless its company confirms it: reminders, and the signed link that prolongs it.

Ghost listings are what such networks die of: a besoin lives 60 days, a savoir-faire 180, and each end is
announced 7 days before, 1 day before, and when it comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Q

from echange.socle.evenements import emettre
from echange.socle.horloge import maintenant
from matching.evenements import AnnonceExpire
from matching.models import Annonce, Besoin, SavoirFaire, StatutAnnonce

PREMIER_RAPPEL = timedelta(days=7)
# How many reminders a listing has had once it is this near to its end.
ECHEANCES = ((3, timedelta(0)), (2, timedelta(days=1)), (1, PREMIER_RAPPEL))
OUBLI = timedelta(days=7)  # ended for longer (the site was stopped): nobody wants to hear of it any more

GENRES: dict[str, type[Annonce]] = {"besoin": Besoin, "savoir-faire": SavoirFaire}
LIEN_VALABLE = timedelta(days=90)  # after the end it tells of: older mails bring nothing back
_SEL = "matching.prolongation"


def rappeler_expirations() -> int:
    """Announce the ends that come near; return how many were announced.

    Each reminder of each life is announced once, by whichever worker gets there first; after a long stop,
    only the latest one due.
    """
    return sum(_rappeler(genre, rang, delai) for genre in GENRES for rang, delai in ECHEANCES)


def _rappeler(genre: str, rang: int, delai: timedelta) -> int:
    instant = maintenant()
    # On their own columns only: read again, after another worker's lock, when one is marked below.
    proches = GENRES[genre].objects.filter(
        Q(expire_le__lte=instant + delai, expire_le__gt=instant + delai - OUBLI),
        statut=StatutAnnonce.PUBLIEE,
        rappels__lt=rang,
    )
    actives = proches.filter(entreprise__est_en_pause=False, entreprise__est_suspendue=False)
    annoncees = 0
    for cle in list(actives.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            if proches.filter(pk=cle).update(rappels=rang):
                emettre(AnnonceExpire(genre, cle))
                annoncees += 1
    return annoncees


def creer_jeton(annonce: Annonce) -> str:
    """Return what lets the reader of a mail prolong this listing, once, without signing in."""
    genre = "besoin" if annonce.est_besoin else "savoir-faire"
    fin = annonce.expire_le.isoformat() if annonce.expire_le else ""
    return signing.dumps([genre, str(annonce.uuid), fin], salt=_SEL)


def lire_jeton(jeton: str) -> tuple[Annonce, datetime] | None:
    """Return the listing and the end its link was made for.

    None for a link that is not ours or too old, or a listing gone.
    """
    try:
        genre, uuid, fin = signing.loads(jeton, salt=_SEL)
    except signing.BadSignature:
        return None
    fin = datetime.fromisoformat(fin)
    if fin + LIEN_VALABLE <= maintenant():
        return None
    annonce: Annonce | None = (
        GENRES[genre].objects.select_related("competence", "entreprise").filter(uuid=UUID(uuid)).first()
    )
    return (annonce, fin) if annonce else None
