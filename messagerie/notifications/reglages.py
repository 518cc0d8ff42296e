"""What a person decides about notifications: read them, choose their rhythm, stop a kind of mail."""

from collections.abc import Mapping

from django.db import transaction

from echange.socle.horloge import maintenant
from messagerie.models import EtatEnvoi, Notification, ReglageAvis, ReglageCourriels, Rythme
from messagerie.models.notifications import RYTHMES_GROUPES
from messagerie.notifications.avis import GENRES
from messagerie.notifications.courrier import RESUME
from profils.models import Utilisateur


def rythmes_de(utilisateur: Utilisateur) -> dict[str, Rythme]:
    """Return the rhythm of every kind of notice for this person, by code."""
    choisis = dict(ReglageAvis.objects.filter(utilisateur=utilisateur).values_list("genre", "rythme"))
    return {code: Rythme(choisis.get(code, genre.rythme)) for code, genre in GENRES.items()}


def marquer_lues(*, par: Utilisateur, notification: Notification | None = None) -> int:
    """Mark one of this person's notifications read, or all of them; return how many were not."""
    siennes = Notification.objects.visibles_par(par).non_lues()
    if notification is not None:
        siennes = siennes.filter(pk=notification.pk)
    return siennes.update(lue_le=maintenant())


@transaction.atomic
def regler(*, par: Utilisateur, rythmes: Mapping[str, Rythme], calme: tuple[int, int]) -> None:
    """Keep the rhythm of each kind (by code) and the hours of quiet, for what is told from now on.

    A kind set to « jamais » loses its mails not yet sent too.
    """
    for genre, rythme in sorted(rythmes.items()):
        _choisir(par, genre, rythme)
    calme_de, calme_a = calme
    ReglageCourriels.objects.update_or_create(
        utilisateur=par, defaults={"calme_de": calme_de, "calme_a": calme_a}
    )


@transaction.atomic
def arreter_courriels(*, utilisateur: Utilisateur, genre: str) -> None:
    """Stop one kind of mail, or with `RESUME` all the kinds that come together in a digest."""
    arretes = (
        [code for code, rythme in rythmes_de(utilisateur).items() if rythme in RYTHMES_GROUPES]
        if genre == RESUME
        else [genre]
    )
    for code in arretes:
        _choisir(utilisateur, code, Rythme.JAMAIS)


def _choisir(utilisateur: Utilisateur, genre: str, rythme: Rythme) -> None:
    ReglageAvis.objects.update_or_create(utilisateur=utilisateur, genre=genre, defaults={"rythme": rythme})
    if rythme == Rythme.JAMAIS:
        en_attente = Notification.objects.filter(destinataire=utilisateur, genre=genre)
        en_attente.filter(etat_envoi=EtatEnvoi.ATTENTE).update(etat_envoi=EtatEnvoi.SANS)
