"""La boulangère and la menuisière have accepted: they talk."""

import pytest

from messagerie.models import Conversation
from profils.models import Entreprise
from tests.messagerie.aides import converser


@pytest.fixture
def conversation(boulangerie: Entreprise, menuiserie: Entreprise) -> Conversation:
    return converser(boulangerie, menuiserie)
