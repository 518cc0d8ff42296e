"""What a running tour tells and hears: a sign of life every second, how far it is, whether to stop.

The engine calls back thousands of times and sometimes not for seconds: a thread of our own writes instead,
so that the row is fresh whatever the engine does. A worker silent for `SILENCE` is dead.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection

from echange.socle.horloge import maintenant
from matching.models import StatutTour, Tour

PAS_S = 1.0
SILENCE = timedelta(seconds=60)

journal = logging.getLogger(__name__)


class Suivi:
    """`with Suivi(tour) as suivi:` while the engine works; `tour` is the row this try has claimed."""

    def __init__(self, tour: Tour) -> None:
        self._tour = tour
        self._servis = 0
        self._borne = 0
        self._arret = threading.Event()
        self._fin = threading.Event()
        self._fil = threading.Thread(target=self._vivre, name=f"tour-{tour.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._fil.start()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._fin.set()
        self._fil.join()

    def progresser(self, servis: float, borne: float) -> None:
        """Hear from the engine; written at the next sign of life."""
        self._servis, self._borne = int(servis), int(borne)

    def doit_arreter(self) -> bool:
        return self._arret.is_set()

    def _vivre(self) -> None:
        try:
            while not self._fin.wait(PAS_S):
                self._donner_signe()
        finally:
            connection.close()  # this thread's own

    def _donner_signe(self) -> None:
        """Write, and stop when asked to, or when another try has taken the row over."""
        mien = Tour.objects.filter(pk=self._tour.pk, statut=StatutTour.EN_COURS, essai=self._tour.essai)
        try:
            mien.update(vu_le=maintenant(), servis=self._servis, borne=self._borne)
            if not mien.filter(arret_demande=False).exists():
                self._arret.set()
        except DatabaseError:
            journal.warning("Tour %s: no sign of life, the database does not answer", self._tour.pk)
