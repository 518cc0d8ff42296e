"""Rendez-vous for people's calendars (RFC 5545, 5546), whatever they are about.

By mail one is a `REQUEST` then, under the same UID with a higher SEQUENCE, an update or a `CANCEL`: what
Gmail, Outlook and Apple put in the calendar, move and take out by themselves. The organizer is the site,
the only attendee whoever receives the mail: nobody's address goes to the other. A file to download, or a
calendar to subscribe to, is a `PUBLISH`, without attendee.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from echange.socle.horloge import PARIS

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
    """What a calendar keeps of one; JSON-ready, since it waits in the outbox with its mail.

    Instants are ISO 8601 in UTC; `ecrit_le` is when this version was written. `est_annule` is for a calendar
    one subscribed to: a `CANCEL` says it of all it holds.
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
    est_public: bool = False
    est_annule: bool = False


def identifiant(quoi: str) -> str:
    """Return the UID of this thing of ours: the same as long as it lives."""
    return f"{quoi}@{urlsplit(settings.ADRESSE_DU_SITE).hostname or 'localhost'}"


def en_ics(rendez_vous: Iterable[RendezVous], methode: Methode, *, pour: str = "", nom: str = "") -> bytes:
    """Return the calendar of these; `pour`: address of whoever is invited; `nom`: of one to subscribe to."""
    agenda = Calendar()
    agenda.add("prodid", "-//Échange//1 besoin, 1 savoir-faire//FR")
    agenda.add("version", "2.0")
    agenda.add("method", methode.value)
    if nom:  # RFC 7986, then what Apple and Outlook read: its name, how often to ask for it again
        agenda.add("name", nom)
        agenda.add("x-wr-calname", nom)
        agenda.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
        agenda.add("x-published-ttl", "PT6H")
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
    evenement.add("dtstart", _a_paris(un.debut))
    evenement.add("dtend", _a_paris(un.fin))
    evenement.add("summary", un.titre)
    evenement.add("description", un.description)
    evenement.add("location", un.lieu)
    evenement.add("url", un.url)
    evenement.add("class", "PUBLIC" if un.est_public else "PRIVATE")
    est_retire = un.est_annule or methode == Methode.RETIRER
    evenement.add("status", "CANCELLED" if est_retire else "CONFIRMED")
    evenement.add("organizer", _organisatrice())
    if pour:
        evenement.add("attendee", _invitee(pour))
    return evenement


def _a_paris(instant: str) -> datetime:
    """Return the hour in Paris; in UTC in autumn’s repeated hour, which is read as the first."""
    heure = datetime.fromisoformat(instant).astimezone(PARIS)
    est_double = heure.replace(fold=0).utcoffset() != heure.replace(fold=1).utcoffset()
    return heure.astimezone(UTC) if est_double else heure


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
