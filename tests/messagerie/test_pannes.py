"""The short form of `bin/bench pannes`: real web processes, broken while people talk."""

import asyncio
import signal
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from messagerie.models import Conversation
from profils.models import Utilisateur
from tests.bancs.direct.mandataire import Mandataire
from tests.bancs.direct.pannes import parler_pendant
from tests.bancs.direct.prises import ouvrir
from tests.bancs.direct.processus import Web
from tests.bancs.direct.scene import Place, ouvrir_sessions

pytestmark = pytest.mark.django_db(transaction=True)

REDEMARRE = 1012  # the code by which a page knows that it may come back at once
SITE = "tests.bancs.direct.site:application"


@pytest.fixture
def webs() -> Iterator[list[Web]]:
    """Two web processes on the test database; the second is an hour fast."""
    base = connection.settings_dict
    prise = urlencode({"host": base["HOST"], "port": base["PORT"], "user": base["USER"]})
    env = {"DATABASE_URL": f"postgresql:///{base['NAME']}?{prise}", "REDIS_URL": ""}
    processus = [Web(SITE, env), Web(SITE, env | {"DECALAGE_HORLOGE": "3600"})]
    for web in processus:
        web.lancer()
    for web in processus:
        web.attendre()
    yield processus
    for web in processus:
        web.arreter(signal.SIGKILL)


async def test_rien_ne_manque_ni_ne_double_quoi_qu_il_casse(
    webs: list[Web], conversation: Conversation, boulangere: Utilisateur, menuisiere: Utilisateur
) -> None:
    """Two people, three tabs, double clicks; a process is killed, another stopped as for an update, the
    database hangs up on everybody, the network swallows what is said. Everyone ends with the same thread."""
    cles = await sync_to_async(ouvrir_sessions)([boulangere, menuisiere])
    alice, brune = [Place(0, str(conversation.uuid), cle) for cle in cles]
    mandataires = [await Mandataire(web.port).ouvrir() for web in webs]

    async def tout_casser() -> None:
        await asyncio.to_thread(webs[0].arreter, signal.SIGKILL)
        webs[0].lancer()
        await asyncio.sleep(0.5)
        await sync_to_async(raccrocher_a_tous)()
        for mandataire in mandataires:
            mandataire.est_coupe = True
        await asyncio.sleep(1)
        for mandataire in mandataires:
            mandataire.est_coupe = False
        await asyncio.to_thread(webs[0].attendre)
        page = await ouvrir(webs[1].port, f"/ws/messages/{conversation.uuid}/", alice.session, lambda _: None)
        await asyncio.to_thread(webs[1].arreter, signal.SIGTERM)
        assert await page.fermee == REDEMARRE

    bilan = await parler_pendant([alice, alice, brune], [m.port for m in mandataires], tout_casser)
    for mandataire in mandataires:
        await mandataire.fermer()
    assert bilan.est_parfait, bilan


def raccrocher_a_tous() -> None:
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'echange_%' AND datname = current_database()"
        )
