"""Two commands at once: the second waits its turn or says so.

The kernel frees a lock when its last holder dies. The programs that write in `.local` hold the set-up lock
with us (`descripteurs_a_transmettre`): when a command is killed, the next waits for what it left behind.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from _outils.chemins import VERROUS
from _outils.terminal import Echec, dire

PLACES = 16
_TENUS: list[int] = []


@contextmanager
def verrou_preparation(nom: str, *, attendre: bool = False) -> Iterator[None]:
    """Hold the checkout's set-up lock; raise `Echec` when taken, unless told to wait."""
    with _ouvrir("preparation") as descripteur:
        if not _prendre(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB):
            _annoncer_l_attente(os.pread(descripteur, 100, 0).decode(errors="replace"), attendre=attendre)
            fcntl.flock(descripteur, fcntl.LOCK_EX)
        os.ftruncate(descripteur, 0)
        os.pwrite(descripteur, f"{nom}, processus {os.getpid()}".encode(), 0)
        _TENUS.append(descripteur)
        try:
            yield
        finally:
            _TENUS.remove(descripteur)


def descripteurs_a_transmettre() -> tuple[int, ...]:
    """Return what a program must inherit so that the set-up lock lasts as long as it."""
    return tuple(_TENUS)


@contextmanager
def place_de_test() -> Iterator[int]:
    """Hold one of the numbered places, so that several test runs each have their own database."""
    for numero in range(PLACES):
        with _ouvrir(f"essai-{numero}") as descripteur:
            if _prendre(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB):
                yield numero
                return
    raise Echec(f"{PLACES} séries de tests tournent déjà ici : attendez que l’une d’elles se termine.")


@contextmanager
def usage_partage(nom: str) -> Iterator[int]:
    """Hold a shared lock: many may use the same thing. The descriptor goes to `est_seul`."""
    with _ouvrir(nom) as descripteur:
        fcntl.flock(descripteur, fcntl.LOCK_SH)
        yield descripteur


def est_seul(descripteur: int) -> bool:
    """Tell whether no other command shares the lock."""
    return _prendre(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _annoncer_l_attente(tenant: str, *, attendre: bool) -> None:
    numero = tenant.rpartition(" ")[2]
    if numero.isdigit() and not existe(int(numero)):
        dire("Une préparation interrompue termine sa dernière étape : attente de sa fin.")
    elif attendre:
        dire(f"Une préparation est déjà en cours ici ({tenant}) : attente de sa fin.")
    else:
        raise Echec(f"Une préparation est déjà en cours ici ({tenant}) : attendez qu’elle se termine.")


def existe(numero: int) -> bool:
    """Tell whether a process has this number."""
    try:
        os.kill(numero, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _ouvrir(nom: str) -> Iterator[int]:
    descripteur = os.open(VERROUS / nom, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield descripteur
    finally:
        os.close(descripteur)


def _prendre(descripteur: int, mode: int) -> bool:
    try:
        fcntl.flock(descripteur, mode)
    except BlockingIOError:
        return False
    return True
