"""The queue, joined to Django's transactions even in the worker.

What a task enqueues there would otherwise go through the worker's own connections: kept when the task's
transaction is undone, and read by another worker before it is done (four work at once).
"""

from __future__ import annotations

from procrastinate import App
from procrastinate.connector import BaseAsyncConnector, BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector


class ConnecteurOuvriere(PsycopgConnector):
    """Takes and ends jobs by its own connections; what tasks enqueue goes through Django's."""

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


class Connecteur(DjangoConnector):
    """Django's connection, and its worker."""

    def get_worker_connector(self) -> BaseAsyncConnector:
        return ConnecteurOuvriere(kwargs=connector_params())


def brancher(app: App) -> None:
    """Called by procrastinate once its application is made (`PROCRASTINATE_ON_APP_READY`)."""
    app.connector = app.job_manager.connector = Connecteur()
