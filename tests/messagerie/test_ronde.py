"""The round, alone: who is told what, and who is left alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from channels.db import database_sync_to_async
from django.db.models import F

from echange.asgi import arreter_le_direct
from messagerie import ronde
from messagerie.lectures import Participation
from messagerie.models import Conversation
from messagerie.ronde import RIEN, Lot, Question, Reponse, Ronde, Su
from profils.models import Utilisateur
from profils.sessions import SessionOuverte
from tests.serveur import cookies_de

pytestmark = pytest.mark.django_db(transaction=True)


class Ecran:
    """A socket, as the round sees it: what it was told, in order; None is the end of its session."""

    def __init__(self, session: SessionOuverte) -> None:
        self.session = session
        self.dit: list[int | None] = []

    def appliquer(self, participations: Sequence[Participation] | None) -> None:
        self.dit.append(None if participations is None else sum(p.non_lus for p in participations))


def _session(personne: Utilisateur) -> SessionOuverte:
    return SessionOuverte(cookies_de(personne)["sessionid"], personne)


@pytest.fixture
def a(boulangere: Utilisateur, conversation: Conversation) -> Ecran:
    return Ecran(_session(boulangere))


@pytest.fixture
def b(menuisiere: Utilisateur, conversation: Conversation) -> Ecran:
    return Ecran(_session(menuisiere))


@pytest.fixture
async def lot(a: Ecran, b: Ecran) -> AsyncIterator[Lot]:
    lot = Lot()
    for ecran in (a, b):
        lot.accueillir(ecran)
    yield lot
    await arreter_le_direct()


async def _un_message_de_plus() -> None:
    await database_sync_to_async(Conversation.objects.update)(dernier_numero=F("dernier_numero") + 1)


async def _un_de_moins() -> None:
    await database_sync_to_async(Conversation.objects.update)(dernier_numero=F("dernier_numero") - 1)


async def test_un_lot_ou_rien_n_a_bouge_est_laisse_tranquille(lot: Lot, a: Ecran, b: Ecran) -> None:
    for _ in range(3):
        await lot.controler()
    assert a.dit == b.dit == [1]
    await _un_message_de_plus()
    for _ in range(2):
        await lot.controler()
    assert a.dit == b.dit == [1, 2]


async def test_une_session_finie_se_voit_meme_si_ses_conversations_n_ont_pas_bouge(
    lot: Lot, a: Ecran, b: Ecran
) -> None:
    await lot.controler()
    await database_sync_to_async(Utilisateur.objects.filter(pk=b.session.personne.pk).update)(is_active=False)
    await lot.controler()
    assert b.dit == [1, None]
    assert a.dit == [1, 1]


async def test_qui_vient_apprend_tout_et_qui_part_n_apprend_plus_rien(lot: Lot, a: Ecran, b: Ecran) -> None:
    lot.laisser_partir(b)
    await lot.controler()
    lot.accueillir(b)
    lot.laisser_partir(a)
    await lot.controler()
    assert a.dit == b.dit == [1]


@pytest.mark.parametrize("comment", ["recompter", "controler"])
async def test_qui_a_su_autre_chose_entre_deux_tours_est_ramene_a_ce_qui_est(
    a: Ecran, monkeypatch: pytest.MonkeyPatch, comment: str
) -> None:
    """Told 2 by a wake-up, then back to what the lot had read, without one."""
    monkeypatch.setattr(ronde, "COMPTE", 0.0)
    monkeypatch.setattr(ronde, "PERIODE", 3600.0)
    tous = Ronde()
    tous.suivre(a)
    (lot,) = tous._lots
    await lot.controler()
    await _un_message_de_plus()
    if comment == "recompter":
        tous.recompter(a)
        async with asyncio.timeout(5):
            while a.dit == [1]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    else:
        await tous.controler(a)
    await _un_de_moins()
    await lot.controler()
    assert a.dit == [1, 2, 1]
    tous.oublier(a)
    await arreter_le_direct()


async def test_qui_apprend_autre_chose_pendant_la_question_est_ramene_aussi(
    lot: Lot, a: Ecran, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has moved for the database, whose rows did not come: they are asked for again."""
    await lot.controler()
    poser = Question.poser

    async def poser_et_douter(question: Question, su: Su = RIEN) -> tuple[Su, Reponse]:
        reponse = await poser(question, su)
        lot.douter()
        return reponse

    monkeypatch.setattr(Question, "poser", poser_et_douter)
    await lot.controler()
    assert a.dit == [1, 1]


async def test_les_lots_sont_pleins_et_une_place_laissee_est_reprise(
    a: Ecran, b: Ecran, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ronde, "LOT", 2)
    tous = Ronde()
    autres = [Ecran(a.session) for _ in range(3)]
    for ecran in (a, b, *autres):
        tous.suivre(ecran)
    assert [len(lot) for lot in tous._lots] == [2, 2, 1]
    tous.oublier(a)
    tous.suivre(a)
    assert [len(lot) for lot in tous._lots] == [2, 2, 1]
    for ecran in (a, b, *autres):
        tous.oublier(ecran)
    assert tous._lots == []
