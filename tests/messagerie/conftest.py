"""La boulangère and la menuisière have accepted: they talk. And a real mail server."""

import pytest

from messagerie.models import Conversation
from profils.models import Entreprise
from tests.messagerie.aides import converser
from tests.messagerie.notifications.conftest import facteur

__all__ = ["conversation", "facteur"]  # the real mail server serves here too


@pytest.fixture
def conversation(boulangerie: Entreprise, menuiserie: Entreprise) -> Conversation:
    return converser(boulangerie, menuiserie)
