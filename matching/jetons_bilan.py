"""The signed links of a bilan's mails: what they open, and for whom; the row says until when.

A link is one person's, and opens nothing once she has left the company. Machines open links too: reading one
never writes.
"""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from matching.models import Bilan, Temoignage
from profils.models import Utilisateur

_SEL_BILAN = "matching.bilan"
_SEL_TEMOIGNAGE = "matching.temoignage"


def creer_jeton(bilan: Bilan, utilisateur: Utilisateur) -> str:
    """Return what lets this person answer this bilan without signing in."""
    return signing.dumps([str(bilan.uuid), utilisateur.pk], salt=_SEL_BILAN)


def lire_jeton(jeton: str) -> tuple[Bilan, Utilisateur] | None:
    """Return the bilan and who answers it; None for a link that is not ours, or of somebody gone."""
    if (lu := _lire(jeton, _SEL_BILAN)) is None:
        return None
    bilan = Bilan.objects.filter(uuid=lu[0]).select_related("entreprise", "competence", "echange").first()
    personne = _membre(lu[1], bilan.entreprise_id) if bilan else None
    return (bilan, personne) if bilan and personne else None


def creer_jeton_temoignage(temoignage: Temoignage, utilisateur: Utilisateur) -> str:
    """Return what lets this person take the company's agreement back, at any time."""
    return signing.dumps([str(temoignage.uuid), utilisateur.pk], salt=_SEL_TEMOIGNAGE)


def lire_jeton_temoignage(jeton: str) -> tuple[Temoignage, Utilisateur] | None:
    if (lu := _lire(jeton, _SEL_TEMOIGNAGE)) is None:
        return None
    temoignage = Temoignage.objects.filter(uuid=lu[0]).select_related("bilan__entreprise").first()
    personne = _membre(lu[1], temoignage.bilan.entreprise_id) if temoignage else None
    return (temoignage, personne) if temoignage and personne else None


def _lire(jeton: str, sel: str) -> tuple[UUID, int] | None:
    try:
        uuid, utilisateur = signing.loads(jeton, salt=sel)
    except signing.BadSignature:
        return None
    return UUID(uuid), int(utilisateur)


def _membre(utilisateur: int, entreprise: int) -> Utilisateur | None:
    actifs = Utilisateur.objects.filter(is_active=True, appartenances__entreprise=entreprise)
    membre: Utilisateur | None = actifs.filter(pk=utilisateur).first()
    return membre
