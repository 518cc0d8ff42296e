"""Who animates: name and release animateurs and référents, with their keys of the CMS."""

from __future__ import annotations

from django.db import transaction

from animation.erreurs import ReserveAuxReferents, TerritoireFerme
from animation.models import ActeTerritoire, JournalTerritoire
from animation.services.pages import donner_acces_cms
from profils.models import Animateur, Utilisateur
from profils.second_facteur import oublier_second_facteur
from territoires.models import Territoire

# `par` is None for the operator at the command line: whoever holds the database needs no permission.


@transaction.atomic
def nommer_animateur(
    *, par: Utilisateur | None, utilisateur: Utilisateur, territoire: Territoire
) -> Animateur:
    """Make this person animate this territoire; naming twice is naming once.

    Raises `ReserveAuxReferents`, `TerritoireFerme`.
    """
    exiger_referent(par)
    if not territoire.est_ouvert:
        raise TerritoireFerme
    animateur, nouveau = Animateur.objects.get_or_create(utilisateur=utilisateur, territoire=territoire)
    if nouveau:
        journaliser(territoire, ActeTerritoire.NOMMEE, par, qui=utilisateur)
    donner_acces_cms(utilisateur=utilisateur)
    return animateur


@transaction.atomic
def relever_animateur(*, par: Utilisateur | None, utilisateur: Utilisateur, territoire: Territoire) -> bool:
    """Take this territoire back from this person: console and CMS close at once; say whether she had it.

    Raises `ReserveAuxReferents`.
    """
    exiger_referent(par)
    supprimees, _ = Animateur.objects.filter(utilisateur=utilisateur, territoire=territoire).delete()
    if supprimees:
        journaliser(territoire, ActeTerritoire.RELEVEE, par, qui=utilisateur)
    donner_acces_cms(utilisateur=utilisateur)
    return bool(supprimees)


@transaction.atomic
def remettre_telephone(*, par: Utilisateur, utilisateur: Utilisateur, territoire: Territoire) -> None:
    """Forget the lost phone of somebody of this team: she registers another at her next sign-in.

    Raises `ReserveAuxReferents`.
    """
    exiger_referent(par)
    if oublier_second_facteur(utilisateur=utilisateur):
        journaliser(territoire, ActeTerritoire.TELEPHONE, par, qui=utilisateur)


@transaction.atomic
def nommer_referent(*, par: Utilisateur | None, utilisateur: Utilisateur) -> None:
    """Make this person a référent, who animates every territoire. Raises `ReserveAuxReferents`."""
    exiger_referent(par)
    utilisateur.est_referent = True
    utilisateur.save(update_fields=["est_referent"])
    donner_acces_cms(utilisateur=utilisateur)


def exiger_referent(par: Utilisateur | None) -> None:
    if par is not None and not par.est_referent:
        raise ReserveAuxReferents


def journaliser(
    territoire: Territoire,
    acte: ActeTerritoire,
    par: Utilisateur | None,
    *,
    qui: Utilisateur | None = None,
    detail: str = "",
) -> None:
    """Write what was done to a territoire, in the transaction that does it."""
    JournalTerritoire.objects.create(territoire=territoire, acte=acte, par=par, qui=qui, detail=detail[:300])
