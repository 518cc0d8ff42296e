"""The real worker, killed between any two steps of one mail: never lost, never read twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction
from django.db.models import F

from messagerie.models import EtatEnvoi, Notification
from messagerie.notifications.boite import REPRISE, expedier, prevenir
from tests.fabriques import creer_utilisateur
from tests.facteur import Facteur
from tests.file_de_travail import attendre, lancer_ouvriere, rangees_tenues
from tests.messagerie.notifications.conftest import avis

PATIENCE = 60  # seconds: a worker starts slowly on a busy machine


class FacteurLent(Facteur):
    """Stops where it is told to (`pas`), says so (`atteint`), and waits to be let go on (`libre`)."""

    def __init__(self, pas: str) -> None:
        super().__init__()
        self.pas = pas
        self.atteint, self.libre = Event(), Event()

    async def handle_RCPT(  # noqa: N802
        self, serveur: SMTP, session: Session, enveloppe: Envelope, adresse: str, options: list[Any]
    ) -> str:
        await self._attendre("reliee")
        return await super().handle_RCPT(serveur, session, enveloppe, adresse, options)

    async def handle_DATA(self, serveur: SMTP, session: Session, enveloppe: Envelope) -> str:  # noqa: N802
        await self._attendre("dictee")
        reponse = await super().handle_DATA(serveur, session, enveloppe)
        await self._attendre("gardee")
        return reponse

    async def _attendre(self, pas: str) -> None:
        if pas == self.pas:
            self.atteint.set()
            await asyncio.to_thread(self.libre.wait, 60)


def avant_de_prendre(facteur: FacteurLent, tuer: Callable[[], None]) -> None:
    facteur.libre.set()
    with rangees_tenues(Notification.objects.all()) as est_attendue:
        attendre(est_attendue, secondes=PATIENCE)
        tuer()


def pendant_l_envoi(facteur: FacteurLent, tuer: Callable[[], None]) -> None:
    assert facteur.atteint.wait(PATIENCE)
    tuer()


def avant_de_marquer(facteur: FacteurLent, tuer: Callable[[], None]) -> None:
    assert facteur.atteint.wait(PATIENCE)
    with rangees_tenues(Notification.objects.all()) as est_attendue:
        facteur.libre.set()
        attendre(est_attendue, secondes=PATIENCE)
        tuer()


def apres_la_marque(facteur: FacteurLent, tuer: Callable[[], None]) -> None:
    facteur.libre.set()
    attendre(Notification.objects.filter(etat_envoi=EtatEnvoi.ENVOYE).exists, secondes=PATIENCE)
    tuer()


@pytest.mark.parametrize(
    ("pas", "mourir", "partis"),
    [
        ("", avant_de_prendre, 1),
        ("reliee", pendant_l_envoi, 1),
        ("dictee", pendant_l_envoi, 1),
        ("gardee", pendant_l_envoi, 2),  # the one hole of SMTP: one Message-ID, shown once
        ("reliee", avant_de_marquer, 2),
        ("", apres_la_marque, 1),
    ],
    ids=["avant de prendre", "reliée", "dictée", "gardée", "avant de marquer", "après la marque"],
)
@pytest.mark.django_db(transaction=True)
def test_tuee_a_ce_pas_elle_ne_perd_ni_ne_double_rien(
    tmp_path: Path,
    settings: Any,
    pas: str,
    mourir: Callable[[FacteurLent, Callable[[], None]], None],
    partis: int,
) -> None:
    facteur, personne = FacteurLent(pas), creer_utilisateur("Alice")
    with facteur.ouvert():
        with transaction.atomic():
            prevenir(avis(), [personne])
        with lancer_ouvriere(tmp_path, smtp=facteur.port) as ouvriere:
            try:
                mourir(facteur, ouvriere.kill)
            finally:
                ouvriere.kill()
        facteur.libre.set()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", facteur.port
        laisser_passer_le_delai()
        expedier()
        assert expedier() == 0
    assert [n.etat_envoi for n in Notification.objects.all()] == [EtatEnvoi.ENVOYE]
    assert [str(m["To"]) for m in facteur.sans_doublon().values()] == ["alice@exemple.fr"]
    assert len(facteur.recus) == partis


def laisser_passer_le_delai() -> None:
    """As if the time had passed after which what a dead worker held is taken again."""
    tenues = Notification.objects.filter(etat_envoi=EtatEnvoi.EN_COURS)
    tenues.update(reprendre_apres=F("reprendre_apres") - REPRISE - timedelta(seconds=1))
