"""The site's pages, and keys of the CMS for those who animate."""

import gc
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from animation.models import AccueilTerritoire
from animation.services.pages import donner_acces_cms, installer_pages
from profils.models import Utilisateur
from territoires.models import Territoire
from tests.animation.pages_copiees import poser_les_pages
from tests.animation.scenes_cms import garnir


@pytest.fixture
def pages(db: None) -> dict[str, AccueilTerritoire]:
    """The pilots' pages, by the code of their territoire."""
    poser_les_pages()
    return {page.territoire.code: page for page in AccueilTerritoire.objects.select_related("territoire")}


@pytest.fixture
def deux_communautes(db: None) -> None:
    """The pages of 35 and 44 alone: half the time of four."""
    Territoire.objects.exclude(code__in=("ille-et-vilaine", "loire-atlantique")).update(est_ouvert=False)
    installer_pages()


@pytest.fixture
def redactrice(pages: dict[str, AccueilTerritoire], animatrice: Utilisateur) -> Utilisateur:
    """The animatrice of 35, with her keys of the CMS."""
    donner_acces_cms(utilisateur=animatrice)
    return animatrice


@pytest.fixture
def redactrice_44(pages: dict[str, AccueilTerritoire], animatrice_44: Utilisateur) -> Utilisateur:
    donner_acces_cms(utilisateur=animatrice_44)
    return animatrice_44


@pytest.fixture
def redactrice_nationale(pages: dict[str, AccueilTerritoire], referente: Utilisateur) -> Utilisateur:
    donner_acces_cms(utilisateur=referente)
    return referente


@pytest.fixture
def medias_jetables(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # so that the report falls here, and not in some later test


@pytest.fixture
def anna(redactrice: Utilisateur, client_de: Any) -> Client:
    """The animatrice of 35, in the CMS."""
    client: Client = client_de(redactrice)
    return client


@pytest.fixture
def rosa(redactrice_nationale: Utilisateur, client_de: Any) -> Client:
    """The référente, in the CMS."""
    client: Client = client_de(redactrice_nationale)
    return client


@pytest.fixture
def page_35(pages: dict[str, AccueilTerritoire]) -> AccueilTerritoire:
    return pages["ille-et-vilaine"]


@pytest.fixture
def chez_44(pages: dict[str, AccueilTerritoire], redactrice_44: Utilisateur) -> dict[str, Any]:
    """What 44 has of its own: a title, a draft nobody has published, an image, a document."""
    return garnir(pages["loire-atlantique"], redactrice_44)
