"""A séance for people's calendars (RFC 5545, 5546).

By mail it is a `REQUEST` then, under the same UID with a higher SEQUENCE, an update or a `CANCEL`: what
Gmail, Outlook and Apple put in the calendar, move and take out by themselves. The organizer is the site,
the only attendee whoever receives the mail: nobody's address goes to the other. A file to download is a
`PUBLISH`, without attendee, that any calendar imports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from echange.socle.horloge import PARIS
from matching.models import Seance
from matching.presentation.seances import SuiviApport, dire_endroit
from profils.models import Entreprise

# Rules, not a list of dates: Outlook wants them, and icalendar 7.3 writes spring's change an hour late.
_PARIS = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


class Methode(StrEnum):
    INVITER = "REQUEST"
    RETIRER = "CANCEL"
    PUBLIER = "PUBLISH"


@dataclass(frozen=True, slots=True)
class RendezVous:
    """A séance as one of its companies reads it; JSON-ready, since it waits in the outbox with its mail.

    Instants are ISO 8601 in UTC; `ecrit_le` is when this version was written.
    """

    uid: str
    sequence: int
    debut: str
    fin: str
    ecrit_le: str
    titre: str
    description: str
    lieu: str
    url: str


def rendez_vous(seance: Seance, lectrice: Entreprise) -> RendezVous:
    """Return an agreed séance (from `detaillees()`) for one of its two companies."""
    suivi = SuiviApport(seance.apport, lectrice, seance=seance)
    chemin = reverse("matching:echange", args=[seance.apport.echange.uuid])
    url = f"{settings.ADRESSE_DU_SITE}{chemin}#rendez-vous"
    assert seance.debut is not None and seance.fin is not None, "not agreed"  # noqa: S101, PT018
    return RendezVous(
        uid=f"seance-{seance.uuid}@{_hote()}",
        sequence=seance.sequence,
        debut=seance.debut.isoformat(),
        fin=seance.fin.isoformat(),
        ecrit_le=seance.modifie_le.isoformat(),
        titre=f"Échange avec {suivi.autre.nom}",
        description=f"{suivi.phrase}\u00a0: {suivi.quoi}.\n{url}",
        # « chez » belongs to a sentence; an agenda looks this up on a map
        lieu=seance.lien_visio or dire_endroit(seance, seance.apport).removeprefix("chez "),
        url=url,
    )


def en_ics(rendez_vous: Iterable[RendezVous], methode: Methode, *, pour: str = "") -> bytes:
    """Return the calendar of these séances; `pour` is the address of whoever is invited."""
    agenda = Calendar()
    agenda.add("prodid", "-//Échange//1 besoin, 1 savoir-faire//FR")
    agenda.add("version", "2.0")
    agenda.add("method", methode.value)
    agenda.add_component(Timezone.from_ical(_PARIS))
    for un in rendez_vous:
        agenda.add_component(_evenement(un, methode, pour))
    ics: bytes = agenda.to_ical()
    return ics


def _evenement(un: RendezVous, methode: Methode, pour: str) -> Event:
    evenement = Event()
    evenement.add("uid", un.uid)
    evenement.add("sequence", un.sequence)
    evenement.add("dtstamp", datetime.fromisoformat(un.ecrit_le))
    evenement.add("dtstart", datetime.fromisoformat(un.debut).astimezone(PARIS))
    evenement.add("dtend", datetime.fromisoformat(un.fin).astimezone(PARIS))
    evenement.add("summary", un.titre)
    evenement.add("description", un.description)
    evenement.add("location", un.lieu)
    evenement.add("url", un.url)
    evenement.add("class", "PRIVATE")
    evenement.add("status", "CANCELLED" if methode == Methode.RETIRER else "CONFIRMED")
    evenement.add("organizer", _organisatrice())
    if pour:
        evenement.add("attendee", _invitee(pour))
    return evenement


def _organisatrice() -> vCalAddress:
    nom, adresse = parseaddr(settings.DEFAULT_FROM_EMAIL)
    site = vCalAddress(f"mailto:{adresse}")
    site.params["cn"] = vText(nom or "Échange")
    return site


def _invitee(adresse: str) -> vCalAddress:
    """She has already said yes on the site: no answer is asked."""
    invitee = vCalAddress(f"mailto:{adresse}")
    invitee.params["partstat"] = vText("ACCEPTED")
    invitee.params["rsvp"] = vText("FALSE")
    return invitee


def _hote() -> str:
    return urlsplit(settings.ADRESSE_DU_SITE).hostname or "localhost"
