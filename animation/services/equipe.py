"""Who animates: name and release animateurs and référents, with their keys of the CMS."""

from __future__ import annotations

from django.db import transaction

from animation.erreurs import ReserveAuxReferents, TerritoireFerme
from animation.services.pages import donner_acces_cms
from profils.models import Animateur, Utilisateur
from territoires.models import Territoire

# `par` is None for the operator at the command line: whoever holds the database needs no permission.


@transaction.atomic
def nommer_animateur(
    *, par: Utilisateur | None, utilisateur: Utilisateur, territoire: Territoire
) -> Animateur:
    """Make this person animate this territoire; naming twice is naming once.

    Raises `ReserveAuxReferents`, `TerritoireFerme`.
    """
    _exiger_referent(par)
    if not territoire.est_ouvert:
        raise TerritoireFerme
    animateur, _ = Animateur.objects.get_or_create(utilisateur=utilisateur, territoire=territoire)
    donner_acces_cms(utilisateur=utilisateur)
    return animateur


@transaction.atomic
def relever_animateur(*, par: Utilisateur | None, utilisateur: Utilisateur, territoire: Territoire) -> None:
    """Take this territoire back from this person: console and CMS close at once.

    Raises `ReserveAuxReferents`.
    """
    _exiger_referent(par)
    Animateur.objects.filter(utilisateur=utilisateur, territoire=territoire).delete()
    donner_acces_cms(utilisateur=utilisateur)


@transaction.atomic
def nommer_referent(*, par: Utilisateur | None, utilisateur: Utilisateur) -> None:
    """Make this person a référent, who animates every territoire. Raises `ReserveAuxReferents`."""
    _exiger_referent(par)
    utilisateur.est_referent = True
    utilisateur.save(update_fields=["est_referent"])
    donner_acces_cms(utilisateur=utilisateur)


def _exiger_referent(par: Utilisateur | None) -> None:
    if par is not None and not par.est_referent:
        raise ReserveAuxReferents
