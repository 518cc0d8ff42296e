"""What a task enqueues is part of its transaction, in the worker as anywhere."""

import asyncio

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp

from echange.socle.file import Connecteur, brancher


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("fin", "attendues"), [("faite", ["fait", "suite"]), ("annulée", ["fait"])])
def test_une_tache_annulee_n_a_rien_mis_dans_la_file(fin: str, attendues: list[str]) -> None:
    faites = []
    essai = DjangoApp(connector=app.connector)
    brancher(essai)

    @essai.task(name="essai.suite")
    def suite() -> None:
        faites.append("suite")

    @essai.task(name="essai.fait")
    def fait() -> None:
        with transaction.atomic():
            essai.configure_task("essai.suite").defer()
            transaction.set_rollback(fin == "annulée")
        faites.append("fait")

    async def travailler() -> None:
        async with essai.open_async():
            await essai.run_worker_async(wait=False, install_signal_handlers=False)

    essai.configure_task("essai.fait").defer()
    assert isinstance(essai.connector, Connecteur)
    with essai.replace_connector(essai.connector.get_worker_connector()):
        asyncio.run(travailler())
    assert faites == attendues
