"""Receive a letter, or not any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from animation.avis_lettres import LettreRecue
from animation.jetons_lettres import DELAI_DE_CONFIRMATION, chemin_d_abonnement
from animation.models import Abonnement, EnvoiLettre
from echange.socle.courriels import programmer_courriel
from echange.socle.horloge import maintenant
from messagerie.notifications.avis import Visiteur
from messagerie.notifications.boite import solder_pour
from profils.models import Utilisateur
from territoires.models import Territoire

ENTRE_DEUX_COURRIELS = timedelta(minutes=10)


@transaction.atomic
def abonner(*, par: Utilisateur, territoire: Territoire | None) -> Abonnement:
    """Give this person the letter of a territoire, or the national one; twice is once.

    What she had asked with her address becomes her account's.
    """
    instant = maintenant()
    Abonnement.objects.filter(courriel=par.email.lower(), territoire=territoire).delete()
    abonnement, _ = Abonnement.objects.get_or_create(
        utilisateur=par, territoire=territoire, defaults={"confirme_le": instant, "demande_le": instant}
    )
    return abonnement


@transaction.atomic
def demander_abonnement(*, courriel: str, territoire: Territoire | None) -> None:
    """Write to this address, so that whoever reads it may confirm; nothing tells the caller what it is.

    An address is written to once in ten minutes for a letter, whoever asks. Whoever already receives it gets
    the link that stops it.
    """
    courriel, instant = courriel.strip().lower(), maintenant()
    siens = Abonnement.objects.filter(
        Q(courriel=courriel) | Q(utilisateur__email=courriel), territoire=territoire
    )
    abonnement = siens.first()
    if abonnement is None:
        abonnement, peut_ecrire = Abonnement.objects.get_or_create(courriel=courriel, territoire=territoire)
    else:
        calme = siens.filter(pk=abonnement.pk, demande_le__lte=instant - ENTRE_DEUX_COURRIELS)
        peut_ecrire = bool(calme.update(demande_le=instant))
    if peut_ecrire:
        programmer_courriel(
            a=courriel,
            gabarit="abonnement_confirmer",
            contexte={
                "est_deja_abonnee": abonnement.confirme_le is not None,
                "lettre": nom_de_la_lettre(territoire),
                "chemin": chemin_d_abonnement(abonnement),
            },
            urgent=True,
        )


@transaction.atomic
def confirmer_abonnement(*, abonnement: Abonnement) -> Abonnement:
    """Start it for whoever holds the link sent to the address; twice is once. An account takes it over."""
    lu = Abonnement.objects.select_for_update(of=("self",)).get(pk=abonnement.pk)
    compte = Utilisateur.objects.filter(email=lu.courriel, is_active=True).first() if lu.courriel else None
    if compte is not None:
        return abonner(par=compte, territoire=lu.territoire)
    Abonnement.objects.filter(pk=lu.pk, confirme_le=None).update(confirme_le=maintenant())
    lu.refresh_from_db()
    return lu


@transaction.atomic
def desabonner(*, abonnement: Abonnement) -> None:
    """Stop it at once, letters not sent yet included; nothing is kept. Twice is once."""
    qui = abonnement.utilisateur or Visiteur(abonnement.courriel)
    envois = EnvoiLettre.objects.filter(territoire=abonnement.territoire_id).exclude(commence_le=None)
    cles = [str(uuid) for uuid in envois.order_by("-commence_le").values_list("uuid", flat=True)[:20]]
    Abonnement.objects.filter(pk=abonnement.pk).delete()
    solder_pour(qui, genre=LettreRecue.genre.code, cles=cles)


@transaction.atomic
def choisir_lettres(*, par: Utilisateur, territoires: Iterable[Territoire], nationale: bool) -> None:
    """Give this person these letters and no other."""
    voulues: list[Territoire | None] = [*territoires, *([None] if nationale else [])]
    siens = Abonnement.objects.de_la_personne(par).select_related("territoire", "utilisateur")
    for abonnement in siens.order_by("pk"):
        if abonnement.territoire not in voulues:
            desabonner(abonnement=abonnement)
    for territoire in voulues:
        abonner(par=par, territoire=territoire)


def purger_abonnements() -> int:
    """Delete the demands that nobody confirmed; return how many."""
    oubliees = Abonnement.objects.filter(
        confirme_le=None, demande_le__lt=maintenant() - DELAI_DE_CONFIRMATION
    )
    return oubliees.delete()[0]


def nom_de_la_lettre(territoire: Territoire | None) -> str:
    """Return « la lettre d’Échange » or « la lettre de la communauté Ille-et-Vilaine »."""
    return f"la lettre de la communauté {territoire.nom}" if territoire else "la lettre nationale d’Échange"
