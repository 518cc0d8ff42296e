"""The fixed cast: la boulangerie, la menuiserie, la coiffeuse who only gives, l'intruse, l'animatrice…"""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import SyncToAsync
from django.core.cache import cache
from django.db import connections
from django.test import Client

from matching import suggestions
from profils.models import Entreprise, Utilisateur
from tests import fabriques

pytest_plugins = ["tests.facteur", "tests.modele_de_base", "tests.serveur"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--captures", action="store_true", help="renew the pictures of docs/captures")


BLOQUEUR = pytest.StashKey[Any]()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Once per worker: eight real communes and a small tree, seen by every test."""
    request.config.stash[BLOQUEUR] = django_db_blocker
    with django_db_blocker.unblock():
        fabriques.garder_types_et_droits()
        fabriques.poser_geographie()
        fabriques.poser_competences()
    # What this signal would lay again after each flush, `reposer_tout` copies back.
    with mock.patch("django.core.management.commands.flush.emit_post_migrate_signal"):
        yield
    # Asynchronous tests query from this thread: what it keeps open keeps the database from being dropped.
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real transactions empties every table when it ends: lay the common ground again."""
    try:
        yield
    finally:
        marque = item.get_closest_marker("django_db")
        reelles = "transactional_db" in getattr(item, "fixturenames", ()) or (
            marque and marque.kwargs.get("transaction")
        )
        if reelles and nextitem is not None:  # after the last test the database itself is gone
            with item.config.stash[BLOQUEUR].unblock():
                fabriques.reposer_tout()


@pytest.fixture(autouse=True)
def memoire_vide() -> Iterator[None]:
    """What a process keeps for a minute is not of the next test."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def arbre_relu() -> Iterator[None]:
    """A test that edits the tree is rolled back: what the process remembers of it must go too."""
    yield
    suggestions.oublier()


@pytest.fixture
def boulangere(db: None) -> Utilisateur:
    return fabriques.creer_utilisateur("Alice")


@pytest.fixture
def menuisiere(db: None) -> Utilisateur:
    return fabriques.creer_utilisateur("Brune")


@pytest.fixture
def fleuriste(db: None) -> Utilisateur:
    return fabriques.creer_utilisateur("Chloé")


@pytest.fixture
def intruse(db: None) -> Utilisateur:
    """Signed in, member of a company of Nantes, concerned by nothing."""
    utilisateur = fabriques.creer_utilisateur("Inès")
    fabriques.creer_entreprise("L’Intruse", commune="44109", membre=utilisateur)
    return utilisateur


@pytest.fixture
def animatrice(db: None) -> Utilisateur:
    """Animates Ille-et-Vilaine."""
    utilisateur = fabriques.creer_utilisateur("Anna")
    fabriques.nommer_animateur(utilisateur, "35")
    return utilisateur


@pytest.fixture
def animatrice_44(db: None) -> Utilisateur:
    """Animates Loire-Atlantique: the neighbour who must learn nothing of 35."""
    utilisateur = fabriques.creer_utilisateur("Nadia")
    fabriques.nommer_animateur(utilisateur, "44")
    return utilisateur


@pytest.fixture
def referente(db: None) -> Utilisateur:
    return fabriques.creer_utilisateur("Rosa", est_referent=True)


@pytest.fixture
def boulangerie(boulangere: Utilisateur) -> Entreprise:
    return fabriques.creer_entreprise("Boulangerie du Marché", membre=boulangere)


@pytest.fixture
def menuiserie(menuisiere: Utilisateur) -> Entreprise:
    return fabriques.creer_entreprise("Menuiserie Le Goff", membre=menuisiere, decalage_m=3000)


@pytest.fixture
def fleuristerie(fleuriste: Utilisateur) -> Entreprise:
    return fabriques.creer_entreprise("Fleurs de Lices", membre=fleuriste, decalage_m=1500)


@pytest.fixture
def coiffeuse(db: None) -> Utilisateur:
    return fabriques.creer_utilisateur("Dina")


@pytest.fixture
def coiffure(coiffeuse: Utilisateur) -> Entreprise:
    """The company that only gives: it asks for nothing, and starts the chaînes."""
    return fabriques.creer_entreprise("Coiffure Dina", membre=coiffeuse, decalage_m=500)


def connecter(client: Client, utilisateur: Utilisateur) -> Client:
    client.force_login(utilisateur, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def client_de() -> Any:
    """`client_de(boulangere)`: a browser of her own, signed in."""

    def ouvrir(utilisateur: Utilisateur) -> Client:
        return connecter(Client(), utilisateur)

    return ouvrir
