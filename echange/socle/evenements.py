"""Domain events: how an app tells those above it, whom it may not import, that a fact happened.

Subscribers are declared in each app's `AppConfig.ready` and run at once, in the caller's transaction:
the fact and its consequences commit together or not at all. Slow effects belong to a background task
enqueued by the subscriber in that same transaction.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Evenement:
    """Base of every event: a frozen record of a fact, named in the past tense."""


E = TypeVar("E", bound=Evenement)

_abonnes: dict[type[Evenement], list[Callable[[Any], None]]] = defaultdict(list)


def abonner(fait: type[E], action: Callable[[E], None]) -> None:
    """Call `action` for each `fait` emitted; subscribing twice counts once."""
    if action not in _abonnes[fait]:
        _abonnes[fait].append(action)


def emettre(fait: Evenement) -> None:
    """Run the subscribers of `fait` now; must be called inside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{fait} was emitted outside a transaction.")
    for action in _abonnes[type(fait)]:
        action(fait)
