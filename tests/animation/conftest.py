"""The site's pages, and keys of the CMS for those who animate."""

import pytest

from animation.models import AccueilTerritoire
from animation.services.pages import donner_acces_cms, installer_pages
from profils.models import Utilisateur
from territoires.models import Territoire
from tests.animation.pages_copiees import poser_les_pages


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
