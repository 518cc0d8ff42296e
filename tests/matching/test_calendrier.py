"""The calendar file, read back by the library and, line by line, by nothing but the RFC."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from icalendar import Calendar

from echange.socle.calendrier import Methode, RendezVous, en_ics
from echange.socle.horloge import PARIS
from matching.calendrier import rendez_vous
from matching.models import Apport, Echange
from matching.services.seances import annuler_seance
from profils.models import Entreprise
from tests.facteur import Facteur
from tests.file_de_travail import executer_la_file
from tests.matching.scenes import ADRESSE, membre
from tests.matching.scenes_seances import (
    JEUDI_14H,
    LUNDI_9H,
    VENDREDI_10H,
    apport_de,
    choisir,
    convenir_seance,
    proposer_seance,
)

ETE = RendezVous(
    uid="seance-1@localhost",
    sequence=0,
    debut="2027-03-29T12:00:00+00:00",
    fin="2027-03-29T13:15:00+00:00",
    ecrit_le="2026-11-30T08:00:00+00:00",
    titre='Échange avec L’Épi d’Or ; "Fils", & œufs',
    description="Deux\nlignes, assez longues pour que le fichier les plie" + " et les replie" * 9,
    lieu="12 rue de l’Hôtel, Rennes",
    url="http://localhost:8000/echanges/x/",
)


@pytest.fixture
def apport(engage: Echange, menuiserie: Entreprise) -> Apport:
    return apport_de(engage, menuiserie)


def evenement(ics: bytes | str) -> Any:
    (seul,) = Calendar.from_ical(ics).events
    return seul


def lignes(ics: bytes) -> list[str]:
    """The content lines of RFC 5545, unfolded: ended by CRLF, at most 75 bytes each before."""
    assert ics.endswith(b"\r\n")
    assert all(len(ligne) <= 75 for ligne in ics.split(b"\r\n"))
    assert b"\n" not in ics.replace(b"\r\n", b"")
    return re.sub(rb"\r\n[ \t]", b"", ics).decode().split("\r\n")[:-1]


def test_l_heure_est_celle_de_paris_le_lendemain_du_changement() -> None:
    ics = en_ics([ETE], Methode.PUBLIER)
    assert "DTSTART;TZID=Europe/Paris:20270329T140000" in lignes(ics)
    lu = evenement(ics)
    assert lu.start.astimezone(UTC) == datetime(2027, 3, 29, 12, tzinfo=UTC)
    assert lu.end - lu.start == timedelta(minutes=75)
    assert (str(lu["summary"]), str(lu["location"])) == (ETE.titre, ETE.lieu)
    assert str(lu["description"]) == ETE.description
    assert 'SUMMARY:Échange avec L’Épi d’Or \\; "Fils"\\, & œufs' in lignes(ics)


def test_dans_l_heure_qui_revient_en_automne_le_debut_reste_avant_la_fin() -> None:
    """02:30 in Paris happens twice on 25 October 2026: read by three other parsers, this lasted no time."""
    nuit = replace(ETE, debut="2026-10-25T00:30:00+00:00", fin="2026-10-25T01:30:00+00:00")
    lu = evenement(en_ics([nuit], Methode.PUBLIER))
    assert lu.start.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert lu.end.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("annee", range(2026, 2037))
def test_les_regles_de_paris_sont_celles_de_la_base_des_fuseaux(annee: int) -> None:
    """The zone the file carries changes its clocks when `zoneinfo` does."""
    (zone,) = Calendar.from_ical(en_ics([ETE], Methode.PUBLIER)).timezones
    lue = zone.to_tz(lookup_tzid=False)
    for jour in range(0, 365, 1):
        midi = datetime(annee, 1, 1, 12) + timedelta(days=jour)  # noqa: DTZ001  a wall clock
        assert midi.replace(tzinfo=lue).utcoffset() == midi.replace(tzinfo=PARIS).utcoffset()


def test_un_fichier_publie_n_invite_personne_une_invitation_n_invite_que_qui_la_recoit() -> None:
    publie = "\n".join(lignes(en_ics([ETE], Methode.PUBLIER)))
    assert "METHOD:PUBLISH" in publie
    assert "ATTENDEE" not in publie
    invite = "\n".join(lignes(en_ics([ETE], Methode.INVITER, pour="alice@exemple.fr")))
    assert "METHOD:REQUEST" in invite
    assert "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:alice@exemple.fr" in invite
    assert invite.count("mailto:") == 2
    assert "mailto:bonjour@echange.example" in invite
    assert "STATUS:CANCELLED" in "\n".join(lignes(en_ics([ETE], Methode.RETIRER)))


def test_chacun_lit_l_autre_et_le_lieu(
    apport: Apport, boulangerie: Entreprise, menuiserie: Entreprise
) -> None:
    seance = convenir_seance(apport)
    elle, lui = (rendez_vous(seance, qui) for qui in (boulangerie, menuiserie))
    assert (elle.titre, lui.titre) == (
        "Échange avec Menuiserie Le Goff",
        "Échange avec Boulangerie du Marché",
    )
    assert elle.uid == lui.uid == f"seance-{seance.uuid}@localhost"
    assert elle.lieu == f"Menuiserie Le Goff, {ADRESSE}, Rennes"
    assert "Menuiserie Le Goff vous montre\u00a0: Créer un site vitrine." in elle.description


def agendas(message: Any) -> tuple[str, str]:
    """The calendar as a form of the message, and as a file."""
    corps = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    fichier = next(p for p in message.walk() if p.get_content_type() == "application/ics")
    assert fichier.get_filename() == "rendez-vous.ics"
    assert corps.get_content_charset() == "utf-8"
    return f"{corps.get_param('method')} {corps.get_content()}", fichier.get_content().decode()


def test_le_courriel_invite_deplace_puis_retire_de_l_agenda(
    apport: Apport,
    boulangerie: Entreprise,
    facteur: Facteur,
) -> None:
    suite = []
    with time_machine.travel(LUNDI_9H, tick=False) as voyage:
        seance = convenir_seance(apport)
        executer_la_file()
        voyage.shift(60)
        seance = proposer_seance(apport, boulangerie, VENDREDI_10H, version=seance.version)
        seance = choisir(seance, apport.donneur, VENDREDI_10H)
        executer_la_file()
        voyage.shift(60)
        annuler_seance(par=membre(boulangerie), seance=seance, entreprise=boulangerie)
        executer_la_file()
    for message in (m for m in facteur.recus if m["To"] == "alice@exemple.fr"):
        if any(p.get_content_type() == "text/calendar" for p in message.walk()):
            corps, fichier = agendas(message)
            un = evenement(fichier)
            assert corps.partition(" ")[2].splitlines() == fichier.splitlines()
            assert "brune@exemple.fr" not in fichier
            suite.append((corps.partition(" ")[0], un["uid"], un["sequence"], un.start, str(un["status"])))
    uid = f"seance-{seance.uuid}@localhost"
    assert suite == [
        ("REQUEST", uid, 0, JEUDI_14H, "CONFIRMED"),
        ("REQUEST", uid, 1, VENDREDI_10H, "CONFIRMED"),
        ("CANCEL", uid, 2, VENDREDI_10H, "CANCELLED"),
    ]


def test_un_nom_hostile_ne_glisse_pas_de_ligne_dans_le_fichier() -> None:
    hostile: dict[str, Any] = {"titre": "Échange\r\nATTENDEE:mailto:x@y.fr", "lieu": "a\nEND:VEVENT"}
    ics = en_ics([replace(ETE, **hostile)], Methode.PUBLIER)
    assert not any(ligne.startswith("ATTENDEE") for ligne in lignes(ics))
    assert lignes(ics).count("END:VEVENT") == 1
