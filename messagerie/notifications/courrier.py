"""The mail of one notification, or the digest of several; and the links to stop them (RFC 8058)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from echange.socle.calendrier import Methode, RendezVous, en_ics
from echange.socle.courriels import rediger
from messagerie.models import Notification, Rythme
from messagerie.models.notifications import MESSAGE_NON_LU, RYTHMES_GROUPES
from messagerie.notifications.avis import GENRES
from messagerie.notifications.fil import fil_de
from profils.models import Utilisateur

RESUME = "resume"  # stands for all the kinds that a person receives together
_SEL = "messagerie.desabonnement"


class SansObjet(Exception):
    """Nothing is left to say: what was waiting has been read, or taken back, at this very instant."""


def composer(lot: Sequence[Notification]) -> EmailMultiAlternatives:
    """Write the mail of these notifications of one person, with the identity of their lot.

    Raises `SansObjet`.
    """
    premiere = lot[0]
    genre = RESUME if premiere.rythme in RYTHMES_GROUPES else premiere.genre
    fil = fil_de(premiere) if genre == MESSAGE_NON_LU else None
    if genre == MESSAGE_NON_LU and fil is None:
        raise SansObjet
    contexte = {
        "prenom": premiere.destinataire.first_name if premiere.destinataire else "",
        "chemin_desabonnement": _chemin_desabonnement(premiere, genre),
        **_contexte(lot, genre),
        **(fil.contexte if fil else {}),
    }
    courriel = rediger(
        a=premiere.courriel,
        gabarit=genre,
        contexte=contexte,
        de=fil.de if fil else None,
        entetes={
            "Message-ID": f"<{premiere.lot}@{urlsplit(settings.ADRESSE_DU_SITE).hostname}>",
            "Auto-Submitted": "auto-generated",
            **entetes_de_desabonnement(contexte["chemin_desabonnement"]),
            **(fil.entetes if fil else {}),
        },
    )
    if genre != RESUME and premiere.donnees.get("agenda"):
        _joindre_agenda(courriel, premiere)
    return courriel


def entetes_de_desabonnement(chemin: str) -> dict[str, str]:
    """Headers by which a mail reader unsubscribes by itself (RFC 8058); `chemin` answers to its POST."""
    if not chemin:
        return {}
    return {
        "List-Unsubscribe": f"<{settings.ADRESSE_DU_SITE}{chemin}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _chemin_desabonnement(notification: Notification, genre: str) -> str:
    """Where its reader stops that kind of mail; nowhere for somebody without preferences."""
    if notification.destinataire is None:
        return ""
    return reverse("messagerie:desabonner", args=[creer_jeton(notification.destinataire, genre)])


def _joindre_agenda(courriel: EmailMultiAlternatives, notification: Notification) -> None:
    """Add the rendez-vous as mail readers expect it: a third form of the message, and a file."""
    methode = Methode(notification.donnees["methode"])
    un = RendezVous(**notification.donnees["agenda"])
    ics = en_ics([un], methode, pour=notification.courriel)
    courriel.attach_alternative(ics.decode(), f"text/calendar; method={methode}")
    courriel.attach("rendez-vous.ics", ics, "application/ics")


def _contexte(lot: Sequence[Notification], genre: str) -> dict[str, Any]:
    """What the mail says: one fact, several of one kind, or the titles of a digest."""
    if genre == RESUME:
        lignes = [{"titre": n.titre, "chemin": n.chemin} for n in lot]
        return {"lignes": lignes, "est_hebdomadaire": lot[0].rythme == Rythme.HEBDOMADAIRE}
    faits = [{**n.donnees, "titre": n.titre, "chemin": n.chemin} for n in lot]
    connu = GENRES.get(genre)
    if connu and connu.est_groupe:
        return {"lignes": faits}
    return {**faits[0], **connu.complement(faits[0])} if connu and connu.complement else faits[0]


def creer_jeton(utilisateur: Utilisateur, genre: str) -> str:
    """Return what lets a mail's reader stop that kind of mail, without signing in, for ever."""
    return signing.dumps([utilisateur.pk, genre], salt=_SEL)


def lire_jeton(jeton: str) -> tuple[Utilisateur, str] | None:
    """Return whose mails of which kind; None for a link that is not ours, or of somebody gone."""
    try:
        cle, genre = signing.loads(jeton, salt=_SEL)
    except signing.BadSignature:
        return None
    utilisateur = Utilisateur.objects.filter(pk=cle).first()
    return (utilisateur, genre) if utilisateur else None
