"""Demonstration mode: mails read on a page instead of sent, and accounts that production refuses."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

DOMAINE_DEMO = "demo.example"  # no mail can leave for it (RFC 2606)
COURRIELS_MAX = 100
# Django's file backend writes this line after each message; one file may hold several.
_SEPARATEUR = b"\n" + b"-" * 79 + b"\n"

P = ParamSpec("P")


def en_demo_seulement(
    vue: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open the view to everybody in demonstration mode; anywhere else it does not exist (404)."""

    @wraps(vue)
    def gardee(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return vue(request, *args, **kwargs)

    return login_not_required(gardee)


@dataclass(frozen=True, slots=True)
class CourrielDemo:
    """One mail, as its reader sees it: text only."""

    cle: str
    sujet: str
    destinataire: str
    ecrit_le: datetime
    texte: str


def lire_courriels(dossier: Path) -> list[CourrielDemo]:
    """Return the latest mails (at most `COURRIELS_MAX`), newest first."""
    fichiers = sorted(dossier.glob("*.log"), key=lambda fichier: fichier.stat().st_mtime_ns, reverse=True)
    courriels = [courriel for fichier in fichiers[:COURRIELS_MAX] for courriel in _lire_fichier(fichier)]
    return courriels[:COURRIELS_MAX]


def _lire_fichier(fichier: Path) -> Iterator[CourrielDemo]:
    """Yield the mails of one file, last written first."""
    ecrit_le = datetime.fromtimestamp(fichier.stat().st_mtime, tz=timezone.get_current_timezone())
    messages = [octets for octets in fichier.read_bytes().split(_SEPARATEUR) if octets.strip()]
    for rang, octets in reversed(list(enumerate(messages))):
        message = message_from_bytes(octets, _class=EmailMessage, policy=policy.default)
        corps = message.get_body(("plain",))
        yield CourrielDemo(
            cle=f"{fichier.stem}-{rang}",
            sujet=str(message["Subject"] or "(sans objet)"),
            destinataire=str(message["To"] or ""),
            ecrit_le=ecrit_le,
            texte=corps.get_content() if corps else "",
        )


@en_demo_seulement
@require_safe
@never_cache
def courriels(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/courriels.html", {"courriels": lire_courriels(settings.COURRIELS_DIR)})


@en_demo_seulement
@require_safe
@never_cache
def courriel(request: HttpRequest, cle: str) -> HttpResponse:
    """Show one mail; its key is compared with those read, never made into a path."""
    for lu in lire_courriels(settings.COURRIELS_DIR):
        if lu.cle == cle:
            return render(request, "demo/courriel.html", {"courriel": lu})
    raise Http404


def refuser_demo_en_production() -> None:
    """Stop a production start on a database that holds demonstration accounts (`ImproperlyConfigured`).

    Runs in a thread of its own: servers import the application inside their event loop, where Django
    refuses the database.
    """
    if settings.MODE != "production":
        return
    with ThreadPoolExecutor(max_workers=1) as executeur:
        nombre = executeur.submit(_compter_comptes_demo).result()
    if nombre:
        raise ImproperlyConfigured(
            f"This database holds {nombre} demonstration account(s) (@{DOMAINE_DEMO}) that anyone may enter: "
            "production refuses to start on it. Use another database, or ECHANGE_MODE=demo."
        )


def comptes_demo() -> QuerySet[AbstractUser]:
    return get_user_model().objects.filter(email__iendswith=f"@{DOMAINE_DEMO}")


def _compter_comptes_demo() -> int:
    try:
        return comptes_demo().count()
    finally:
        connection.close()
