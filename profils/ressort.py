"""Whose a territoire is: who may act there, and who is told of what happens there."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from echange.socle.erreurs import ErreurMetier
from profils.models import Utilisateur


def exiger_ressort(par: Utilisateur, territoire: int | None, refus: type[ErreurMetier]) -> None:
    """Raise `refus` for whoever does not animate this territoire (primary key; None is the référents')."""
    if not par.anime(territoire):
        raise refus


def equipe_ou_referents(territoires: Collection[int | None]) -> QuerySet[Utilisateur]:
    """Return who animates one of these territoires (primary keys); the référents where nobody does."""
    connus = {cle for cle in territoires if cle is not None}  # None would find whoever animates nothing
    actifs = Utilisateur.objects.filter(is_active=True)
    equipe = actifs.filter(animations__territoire__in=connus).distinct()
    return equipe if equipe.exists() else actifs.filter(est_referent=True)
