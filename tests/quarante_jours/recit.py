"""Forty days: four times a day people act and the worker works; the books are looked at each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine

from tests.facteur import Facteur
from tests.quarante_jours import livres
from tests.quarante_jours.livres import Livres
from tests.quarante_jours.monde import DEBUT, peupler
from tests.quarante_jours.ouvriere import Ouvriere, programmer, travailler_ici
from tests.quarante_jours.personnes import Personnes

PARIS = ZoneInfo("Europe/Paris")
HEURES = (8, 12, 18, 22)
LENDEMAIN = timedelta(hours=12)
RECUL = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Histoire:
    entreprises: int = 200
    jours: int = 40
    graine: int = 5
    heures: tuple[int, ...] = HEURES
    debut: datetime = DEBUT
    sans_courrier: int = 20  # the day, from the first one, when the mail server is away
    recul: int | None = None  # the day whose last round is played once more by a clock that is `RECUL` slow


def raconter(histoire: Histoire, ouvriere: Ouvriere, facteur: Facteur) -> Livres:
    """Play the story and return its books; the mail server must be open on `facteur.port`."""
    with time_machine.travel(histoire.debut, tick=False) as horloge:
        peupler(histoire.entreprises, histoire.graine)
        personnes = Personnes(histoire.graine, histoire.debut)
        avant = histoire.debut
        for instant in instants(histoire):
            horloge.move_to(instant, tick=False)
            facteur.est_parti = personnes.jour == histoire.sans_courrier
            personnes.agir()
            programmer(avant, instant)
            ouvriere()
            livres.verifier_a_chaque_heure()
            if personnes.jour == histoire.recul and instant.hour == histoire.heures[-1]:
                _reculer(horloge, instant, ouvriere)
            avant = instant
        for instant in (avant + LENDEMAIN, avant + 2 * LENDEMAIN):  # what waits for the morning leaves
            horloge.move_to(instant, tick=False)
            programmer(avant, instant)
            travailler_ici()
            avant = instant
        return livres.fermer(facteur, personnes)


def _reculer(horloge: time_machine.Traveller, instant: datetime, ouvriere: Ouvriere) -> None:
    """The server's clock is set back, and everything periodic is due again; then it is put right."""
    horloge.move_to(instant - RECUL, tick=False)
    programmer(instant - 2 * RECUL, instant - RECUL)
    ouvriere()
    horloge.move_to(instant, tick=False)


def instants(histoire: Histoire) -> Iterator[datetime]:
    """The hours of Paris at which something happens, whatever its clocks do."""
    premier = histoire.debut.astimezone(PARIS).date()
    for jour in range(histoire.jours):
        for heure in histoire.heures:
            yield datetime.combine(premier + timedelta(days=jour), datetime.min.time(), PARIS).replace(
                hour=heure
            )
