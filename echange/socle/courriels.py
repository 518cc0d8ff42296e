"""E-mails: written in the transaction of the fact, sent by the background worker after it.

A template pair `courriels/<gabarit>.txt` and `.html`; the text's first line is the subject.
"""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

PRIORITE_URGENTE = 100


def programmer_courriel(
    *,
    a: str,
    gabarit: str,
    contexte: dict[str, Any],
    urgent: bool = False,
    entetes: dict[str, str] | None = None,
) -> None:
    """Enqueue one mail in the current transaction: no fact without its mail, no mail without its fact.

    `contexte` must be JSON (strings, numbers, lists); it is kept in the queue's table until sent.
    `urgent` goes before everything that waits: somebody is looking at the screen.
    """
    app.configure_task(
        "echange.socle.courriels.envoyer_courriel", priority=PRIORITE_URGENTE if urgent else 0
    ).defer(a=a, gabarit=gabarit, contexte=contexte, entetes={**(entetes or {})})


@app.task(
    name="echange.socle.courriels.envoyer_courriel",
    retry=RetryStrategy(max_attempts=12, exponential_wait=2),
)
def envoyer_courriel(
    *, a: str, gabarit: str, contexte: dict[str, Any], entetes: dict[str, str] | None = None
) -> None:
    """Render and send; an SMTP failure is retried for more than an hour."""
    rediger(a=a, gabarit=gabarit, contexte=contexte, entetes=entetes).send()


def rediger(
    *,
    a: str,
    gabarit: str,
    contexte: dict[str, Any],
    entetes: dict[str, str] | None = None,
    de: str | None = None,
) -> EmailMultiAlternatives:
    """Return the mail that this template pair makes, not sent; `de`: from whom, if not simply from us."""
    contexte = {**contexte, "adresse_du_site": settings.ADRESSE_DU_SITE}
    sujet, _, texte = render_to_string(f"courriels/{gabarit}.txt", contexte).partition("\n")
    courriel = EmailMultiAlternatives(sujet.strip(), texte.strip() + "\n", de, [a], headers=entetes)
    courriel.attach_alternative(render_to_string(f"courriels/{gabarit}.html", contexte), "text/html")
    return courriel
