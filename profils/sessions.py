"""Who holds a session, for the live sockets: what Django's middlewares do for a page, in two quick reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import F
from django.http.cookie import parse_cookie
from django.utils.crypto import constant_time_compare

from echange.socle.base_asynchrone import Rangees
from echange.socle.horloge import maintenant
from echange.socle.requetes_asynchrones import (
    INCONNUE,
    Empreinte,
    LectureEnLot,
    LectureSiChange,
    Parmi,
    en_tableau,
)
from profils.models import Utilisateur

_CLE, _INSTANT, _PERSONNE = "une clé", datetime(2001, 1, 1, tzinfo=UTC), 2_000_000_001
_CHAMPS = ("id", "password", "first_name")  # the password carries the session's fingerprint

_lire_contenu = LectureEnLot(
    lambda: Session.objects.filter(session_key=_CLE, expire_date__gt=_INSTANT).values_list("session_data"),
    {_CLE: ("cle", "text"), _INSTANT: ("instant", "timestamptz")},
)
_lire_vivantes = LectureSiChange(
    lambda: Session.objects.filter(Parmi(F("pk"), _CLE), expire_date__gt=_INSTANT).values_list("pk"),
    {_CLE: "cles", _INSTANT: "instant"},
)
_lire_personne = LectureEnLot(
    lambda: Utilisateur.objects.filter(pk=_PERSONNE, is_active=True).values_list(*_CHAMPS),
    {_PERSONNE: ("personne", "bigint")},
)
_lire_actives = LectureSiChange(
    lambda: Utilisateur.objects.filter(Parmi(F("pk"), _PERSONNE), is_active=True).values_list("pk"),
    {_PERSONNE: "personnes"},
)


Empreintes = tuple[Empreinte, Empreinte]
Releve = tuple[Rangees, Rangees]  # keys of living sessions; people who are not suspended
INCONNUES: Empreintes = (INCONNUE, INCONNUE)


@dataclass(frozen=True, slots=True)
class SessionOuverte:
    cle: str
    personne: Utilisateur


def cle_de_session(entetes: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the session's key in these headers, empty without one."""
    cookies = "; ".join(valeur.decode("latin-1") for nom, valeur in entetes if nom == b"cookie")
    return parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME, "")


async def lire_session(cle: str) -> SessionOuverte | None:
    """Return the session and its person; None when it is over, or when she was suspended."""
    if not cle or "\0" in cle:
        return None
    lignes = await _lire_contenu(cle=cle, instant=maintenant())
    contenu = SessionStore().decode(lignes[0][0]) if lignes else {}
    if contenu.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    rangees = await _lire_personne(personne=int(contenu[SESSION_KEY]))
    if not rangees:
        return None
    personne = Utilisateur.from_db("default", _CHAMPS, rangees[0])
    return SessionOuverte(cle, personne) if _est_la_sienne(contenu, personne) else None


class Surveillance:
    """Sessions asked about together, again and again: the question is written once."""

    def __init__(self, sessions: Iterable[SessionOuverte]) -> None:
        self._sessions = tuple(sessions)
        self._cles = en_tableau(s.cle for s in self._sessions)
        self.personnes = en_tableau({s.personne.pk for s in self._sessions})  # as `Parmi` takes them

    async def relever(self, su: Empreintes) -> tuple[Empreintes, Releve]:
        """Return the prints of what they are now, and the rows of what is no longer as it was known."""
        des_sessions, des_personnes = su
        des_sessions, vivantes = await _lire_vivantes(des_sessions, cles=self._cles, instant=maintenant())
        des_personnes, actives = await _lire_actives(des_personnes, personnes=self.personnes)
        return (des_sessions, des_personnes), (vivantes, actives)

    def encore_ouvertes(self, releve: Releve) -> set[str]:
        """Return the keys of those that are neither closed nor expired, and whose person is not suspended."""
        cles, actives = ({valeur for (valeur,) in rangees} for rangees in releve)
        return {s.cle for s in self._sessions if s.cle in cles and s.personne.pk in actives}


def _est_la_sienne(contenu: dict[str, Any], personne: Utilisateur) -> bool:
    empreintes = [personne.get_session_auth_hash(), *personne.get_session_auth_fallback_hash()]
    return any(constant_time_compare(contenu.get(HASH_SESSION_KEY, ""), e) for e in empreintes)
