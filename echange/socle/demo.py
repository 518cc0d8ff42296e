"""Demonstration mode: mails read on a page instead of sent, and accounts that production refuses."""

import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from echange.socle.forms import FormulaireEchange

DOMAINE_DEMO = "demo.example"  # no mail can leave for it (RFC 2606)
COURRIELS_MAX = 100
REPONSE_MAX = 10_000  # characters
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


class FormulaireReponse(FormulaireEchange, forms.Form):
    texte = forms.CharField(
        label="Votre réponse", max_length=REPONSE_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True, slots=True)
class CourrielDemo:
    """One mail, as its reader sees it: text only."""

    cle: str
    sujet: str
    destinataire: str
    ecrit_le: datetime
    texte: str
    repondre_a: str = ""
    identifiant: str = ""


def lire_courriels(dossier: Path) -> list[CourrielDemo]:
    """Return the latest mails (at most `COURRIELS_MAX`), newest first."""
    fichiers = sorted(dossier.glob("*.log"), key=lambda fichier: fichier.stat().st_mtime_ns, reverse=True)
    courriels = [courriel for fichier in fichiers[:COURRIELS_MAX] for courriel in _lire_fichier(fichier)]
    return courriels[:COURRIELS_MAX]


def _lire_fichier(fichier: Path) -> Iterator[CourrielDemo]:
    """Yield the mails of one file, last written first."""
    ecrit_le = datetime.fromtimestamp(fichier.stat().st_mtime, tz=timezone.get_current_timezone())
    bruts = [octets for octets in fichier.read_bytes().split(_SEPARATEUR) if octets.strip()]
    for rang, octets in reversed(list(enumerate(bruts))):
        message = message_from_bytes(octets, _class=EmailMessage, policy=policy.default)
        corps = message.get_body(("plain",))
        yield CourrielDemo(
            cle=f"{fichier.stem}-{rang}",
            sujet=str(message["Subject"] or "(sans objet)"),
            destinataire=str(message["To"] or ""),
            ecrit_le=ecrit_le,
            texte=corps.get_content() if corps else "",
            repondre_a=str(message["Reply-To"] or ""),
            identifiant=str(message["Message-ID"] or ""),
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
            return render(request, "demo/courriel.html", {"courriel": lu, "formulaire": FormulaireReponse()})
    raise Http404


@en_demo_seulement
@require_POST
def repondre(request: HttpRequest, cle: str) -> HttpResponse:
    """Answer a mail as its reader's mail program would: by the real receiver, quote included."""
    lus = lire_courriels(settings.COURRIELS_DIR)
    lu = next((lu for lu in lus if lu.cle == cle and lu.repondre_a), None)
    if lu is None:
        raise Http404
    formulaire = FormulaireReponse(request.POST)
    if not formulaire.is_valid():
        contexte = {"courriel": lu, "formulaire": formulaire}
        return render(request, "demo/courriel.html", contexte, status=422)
    try:
        _remettre(_reponse(lu, formulaire.cleaned_data["texte"]), lu.destinataire, lu.repondre_a)
    except (OSError, smtplib.SMTPException):
        messages.error(request, "La réponse n’est pas partie\u00a0: la réception des courriels est arrêtée.")
    else:
        messages.success(request, "Réponse envoyée\u00a0: elle est dans la conversation.")
    return redirect("demo:courriel", cle)


def _reponse(lu: CourrielDemo, texte: str) -> EmailMessage:
    reponse = EmailMessage(policy=policy.SMTP)
    reponse["From"], reponse["To"] = lu.destinataire, lu.repondre_a
    reponse["Subject"] = f"Re: {lu.sujet}"
    reponse["Message-ID"], reponse["In-Reply-To"] = make_msgid(domain=DOMAINE_DEMO), lu.identifiant
    cite = "".join(f"> {ligne}\n" for ligne in lu.texte.splitlines())
    reponse.set_content(f"{texte}\n\nLe {lu.ecrit_le:%d/%m/%Y à %H:%M}, Échange a écrit\u00a0:\n{cite}")
    return reponse


def _remettre(reponse: EmailMessage, expediteur: str, destinataire: str) -> None:
    """By LMTP, as the host's mail server does."""
    hote, _, port = settings.COURRIEL_RECEPTION.rpartition(":")
    with smtplib.LMTP(port) if hote == "unix" else smtplib.LMTP(hote, int(port)) as lmtp:
        lmtp.send_message(reponse, expediteur, [destinataire])


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
