"""La boulangerie and la menuiserie can serve each other."""

import pytest

from matching.models import Echange
from profils.models import Entreprise
from tests.matching.scenes import ADRESSE, accepter, proposer, rendre_reciproques


@pytest.fixture
def paires(boulangerie: Entreprise, menuiserie: Entreprise) -> None:
    for entreprise in (boulangerie, menuiserie):
        entreprise.adresse = ADRESSE
        entreprise.save(update_fields=["adresse"])
    rendre_reciproques(boulangerie, menuiserie)


@pytest.fixture
def propose(paires: None, boulangerie: Entreprise) -> Echange:
    """La boulangerie has proposed, la menuiserie is to answer."""
    return proposer(boulangerie, mot="Bonjour, je tiens la <b>boulangerie</b> de la place.")


@pytest.fixture
def engage(propose: Echange, menuiserie: Entreprise) -> Echange:
    """Both have accepted: la menuiserie shows how to make a site, la boulangerie how to dress a window."""
    return accepter(propose, menuiserie)
