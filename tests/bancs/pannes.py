"""`bin/bench pannes`: break everything that breaks, under load; nothing lost, nothing doubled, one order.

Two web processes, a durable PostgreSQL of its own, a Redis of its own, rooms of three whose tabs come back
and send again as the page does. The short form is `tests/messagerie/test_pannes.py`.
"""

import argparse
import asyncio
import signal
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import cast

from asgiref.sync import sync_to_async
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

from messagerie.models import Conversation
from messagerie.presentation import lignes_depuis, page_de_lignes
from profils.models import Utilisateur
from tests.bancs.direct.grappe import redemarrer_postgresql
from tests.bancs.direct.mandataire import Mandataire
from tests.bancs.direct.pannes import parler_pendant
from tests.bancs.direct.processus import Redis, Web, redis
from tests.bancs.direct.scene import peupler
from tests.bancs.mesures import chronometrer, en_base, imprimer
from tests.messagerie.aides import remplir

SITE = "tests.bancs.direct.site:application"
LONG = 50_000
Panne = Callable[[list[Mandataire]], Awaitable[None]]


def main(arguments: Sequence[str]) -> None:
    options = argparse.ArgumentParser(prog="bin/bench pannes")
    options.add_argument(
        "--secondes", type=int, default=60, help="how long the network stays cut; Redis: half"
    )
    options.add_argument("--salles", type=int, default=4)
    choix = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as dossier, redis(Path(dossier)) as serveur:
        asyncio.run(_tout_casser(serveur, choix.salles, choix.secondes))
    _un_long_fil()


async def _tout_casser(serveur: Redis, salles: int, secondes: int) -> None:
    for nom, env in (("NOTIFY", {}), ("Redis", {"REDIS_URL": serveur.url})):
        print(f"Par {nom}, deux processus web, deux heures d’écart entre leurs horloges")
        webs = [Web(SITE, {**env, "DECALAGE_HORLOGE": decalage}) for decalage in ("-3600", "3600")]
        for web in webs:
            web.demarrer()
        pannes: dict[str, Panne] = {
            "rien": _attendre(3),
            "kill -9 d’un processus web": _tuer(webs[0], signal.SIGKILL),
            "SIGTERM, comme pour une mise à jour": _tuer(webs[0], signal.SIGTERM),
            "PostgreSQL redémarré": _redemarrer(tue=False),
            "PostgreSQL tué": _redemarrer(tue=True),
            f"réseau coupé {secondes} s": _couper(secondes),
        }
        if env:
            pannes[f"Redis arrêté {secondes // 2} s"] = _sans_redis(serveur, secondes // 2)
        try:
            for titre, panne in pannes.items():
                await _jouer(titre, salles, webs, panne)
        finally:
            for web in webs:
                web.arreter()


async def _jouer(titre: str, salles: int, webs: list[Web], panne: Panne) -> None:
    """Rooms of three people, one of whom has two tabs; everything through networks one can cut."""
    places = await sync_to_async(peupler)(salles, par_salle=3)
    mandataires = [await Mandataire(web.port).ouvrir() for web in webs]
    try:
        ports = [mandataire.port for mandataire in mandataires]
        bilan = await parler_pendant([*places, *places[::3]], ports, partial(panne, mandataires))
    finally:
        for mandataire in mandataires:
            await mandataire.fermer()
    print(f"  {titre} : {bilan}", flush=True)


def _attendre(secondes: float) -> Panne:
    async def panne(_mandataires: list[Mandataire]) -> None:
        await asyncio.sleep(secondes)

    return panne


def _tuer(web: Web, signal_: signal.Signals) -> Panne:
    async def panne(_mandataires: list[Mandataire]) -> None:
        await asyncio.to_thread(web.arreter, signal_)
        await asyncio.sleep(1)
        await asyncio.to_thread(web.demarrer)
        await asyncio.sleep(2)

    return panne


def _redemarrer(*, tue: bool) -> Panne:
    async def panne(_mandataires: list[Mandataire]) -> None:
        await asyncio.to_thread(redemarrer_postgresql, tue=tue)
        await sync_to_async(_raccrocher)()
        await asyncio.sleep(2)

    return panne


def _raccrocher() -> None:
    """Our own connections broke too."""
    connection.close()
    cast("DatabaseWrapper", connection).close_pool()


def _couper(secondes: float) -> Panne:
    async def panne(mandataires: list[Mandataire]) -> None:
        for est_coupe, duree in ((True, secondes), (False, 2)):
            for mandataire in mandataires:
                mandataire.est_coupe = est_coupe
            await asyncio.sleep(duree)

    return panne


def _sans_redis(serveur: Redis, secondes: float) -> Panne:
    async def panne(_mandataires: list[Mandataire]) -> None:
        serveur.arreter()
        await asyncio.sleep(secondes)
        await asyncio.to_thread(serveur.demarrer)
        await asyncio.sleep(2)

    return panne


def _un_long_fil() -> None:
    """50 000 messages: what the last page, an old one and « depuis » cost."""
    place = peupler(1)[0]
    conversation = Conversation.objects.get(uuid=place.conversation)
    auteur = Utilisateur.objects.filter(participations_conversation__conversation=conversation).earliest("pk")
    remplir(conversation, auteur, LONG)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE messagerie_message")
    lisibles = conversation.messages.lisibles_par(auteur).avec_auteurs()
    imprimer(
        f"Un fil de {LONG} messages",
        [
            chronometrer("la dernière page", [partial(page_de_lignes, conversation, auteur)] * 20),
            chronometrer(
                "une page du milieu", [partial(page_de_lignes, conversation, auteur, LONG // 2)] * 20
            ),
            chronometrer(
                "« depuis », trois de plus", [partial(lignes_depuis, conversation, auteur, LONG - 2)] * 20
            ),
            en_base("« depuis », trois de plus, en base", [lisibles.depuis(LONG - 2)[:201]] * 20),
        ],
    )
    print(lisibles.depuis(LONG - 2)[:201].explain(analyze=True))
