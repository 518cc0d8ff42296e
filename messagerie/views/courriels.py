"""Mails that a provider posts: django-anymail reads its proof and its format, the rest is `recevoir`."""

from collections.abc import Iterator
from email.utils import getaddresses
from typing import Any

from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messagerie.reponses.adresses import est_de_reponse
from messagerie.reponses.reception import recevoir

# The provider's view, and the name it gives to what proves its calls.
PRESTATAIRES = {
    "mailgun": (MailgunInboundWebhookView, "webhook_signing_key"),
    "mailjet": (MailjetInboundWebhookView, "webhook_secret"),
    "postmark": (PostmarkInboundWebhookView, "webhook_secret"),
}


@csrf_exempt  # a machine posts here, with its provider's proof
@login_not_required
@require_http_methods(["HEAD", "POST"])
def entrants(request: HttpRequest) -> HttpResponse:
    """Take the mails of one call; 400 without its proof. An error of ours answers 500: it calls again."""
    if not settings.COURRIEL_ENTRANT:
        raise Http404
    if request.method == "POST":
        genre, preuve = PRESTATAIRES[settings.COURRIEL_ENTRANT]
        vue = genre(**{preuve: settings.COURRIEL_ENTRANT_SECRET})
        vue.run_validators(request)
        for evenement in vue.parse_events(request):
            for adresse in _destinataires(evenement.message):
                recevoir(
                    octets=evenement.message.as_bytes(),
                    expediteur=evenement.message.envelope_sender,
                    destinataire=adresse,
                )
    return HttpResponse(status=200)


def _destinataires(message: Any) -> Iterator[str]:
    """The addresses of ours it was sent to: the envelope's, else those it names."""
    nommees = [message.envelope_recipient or ""]
    if not est_de_reponse(nommees[0]):
        entetes = [*message.get_all("To", []), *message.get_all("Cc", [])]
        nommees = [adresse for _, adresse in getaddresses(map(str, entetes))]
    yield from (adresse for adresse in dict.fromkeys(nommees) if est_de_reponse(adresse))
