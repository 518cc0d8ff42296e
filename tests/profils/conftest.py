"""What the tests of profils share: counters at zero, and a mailbox."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.file_de_travail import executer_la_file

CODE = re.compile(r"^(\d{3}\N{NO-BREAK SPACE}\d{3})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def compteurs_a_zero() -> Iterator[None]:
    """Rate limits count per address: every test comes from the same one."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def demander_un_code() -> Callable[[Client, str], str]:
    """`demander_un_code(client, email)`: ask, let the mail leave, return the code it holds."""

    def demander(client: Client, email: str, suite: str = "") -> str:
        mail.outbox.clear()
        client.post(reverse("account_login") + suite, {"email": email})
        executer_la_file()
        trouve = CODE.search(str(mail.outbox[0].body))
        assert trouve
        return trouve[1]

    return demander
