"""Accounts: one e-mail, one code, whether one is known or new.

There is one door. An unknown e-mail gets its account on the spot and the same code as a known one, so
that nobody learns from the site who has an account; the code, typed back in the same browser, proves the
e-mail. There is no password anywhere.
"""

import re
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.models import EmailAddress
from allauth.core import context as requete_en_cours
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.messages import ERROR
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from echange.socle.courriels import programmer_courriel
from echange.socle.forms import FormulaireEchange
from echange.socle.horloge import maintenant
from echange.socle.reveil import DROITS, groupe_de, reveiller
from profils.models import Animateur, Membre, Utilisateur

DELAI_DE_CONFIRMATION = timedelta(days=7)

COMPTE_FERME = "Ce compte est fermé. Écrivez à l’animation de votre territoire."

_GABARITS = {"account/email/login_code": "code_connexion"}
_MESSAGES = {
    "account/messages/login_code_sent.txt": "Un code vient d’être envoyé à {recipient}.",
    "account/messages/logged_out.txt": "Vous êtes déconnecté·e.",
}


@transaction.atomic
def obtenir_compte(*, email: str) -> Utilisateur | None:
    """Return the account of this e-mail, created if nobody has it; None if it has been closed."""
    email = email.strip().lower()
    utilisateur, _ = Utilisateur.objects.get_or_create(
        email=email, defaults={"password": make_password(None)}
    )
    if not utilisateur.is_active:
        return None
    # allauth marks this row verified when the code comes back; accounts made by an import have none yet.
    EmailAddress.objects.get_or_create(user=utilisateur, email=email, defaults={"primary": True})
    return utilisateur


@transaction.atomic
def purger_comptes_jamais_confirmes() -> int:
    """Delete accounts that asked for a code seven days ago and never used one; return how many.

    Accounts that were given something (a company entered for them, a role) are waiting for their owner:
    they stay.
    """
    jamais_venus = Utilisateur.objects.filter(
        ~Exists(EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)),
        ~Exists(Membre.objects.filter(utilisateur=OuterRef("pk"))),
        ~Exists(Animateur.objects.filter(utilisateur=OuterRef("pk"))),
        last_login__isnull=True,
        is_active=True,
        is_staff=False,
        is_superuser=False,
        est_referent=False,
        date_joined__lt=maintenant() - DELAI_DE_CONFIRMATION,
    )
    return jamais_venus.delete()[1].get(Utilisateur._meta.label, 0)


class FormulaireConnexion(FormulaireEchange, RequestLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Ask for a code. Every e-mail is welcome, and every answer looks the same."""

    email = forms.EmailField(
        label="Votre adresse e-mail",
        max_length=254,
        widget=forms.EmailInput(attrs={"inputmode": "email", "spellcheck": "false"}),
    )

    def clean_email(self) -> str:
        """Hand allauth the account to write to (`_user`), after counting the request."""
        email: str = self.cleaned_data["email"].lower()
        if not ratelimit.consume(requete_en_cours.request, action="request_login_code", key=email):
            raise forms.ValidationError(
                "Vous avez demandé plusieurs codes à la suite. Attendez un quart d’heure, puis recommencez.",
                code="trop_de_demandes",
            )
        self._user = obtenir_compte(email=email)
        return email


class FormulaireCode(FormulaireEchange, ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Type the code back, with or without spaces."""

    code = forms.CharField(
        label="Votre code à six chiffres",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Écrivez le code reçu par e-mail."},
    )

    def clean_code(self) -> str:
        """Compare the digits alone: a code copied from the mail brings its spaces along."""
        self.cleaned_data["code"] = re.sub(r"\D", "", self.cleaned_data["code"])
        code: str = super().clean_code()
        return code


class AdaptateurCompte(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth in our words: our mails, our messages, nothing else of its own shown."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon. Recopiez les six chiffres du dernier e-mail reçu.",
        "too_many_login_attempts": "Trois codes faux à la suite\u00a0: demandez un nouveau code.",
        "rate_limited": "Attendez un peu avant de recommencer.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the code through the queue; any other mail of allauth is a fault (`KeyError`)."""
        code = context["code"]
        programmer_courriel(
            a=email,
            gabarit=_GABARITS[template_prefix],
            contexte={
                "code": f"{code[:3]}\N{NO-BREAK SPACE}{code[3:]}",
                "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
            },
            urgent=True,
        )

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Show our own sentences only."""
        if message is None and message_template in _MESSAGES:
            message = _MESSAGES[message_template].format(**(message_context or {}))
        if message:
            super().add_message(request, level, message=message, extra_tags=extra_tags)

    def logout(self, request: HttpRequest) -> None:
        """Close the session, and with it the pages that are live on it."""
        groupe = groupe_de(request.user.pk or 0)
        super().logout(request)
        reveiller(groupe, DROITS)

    def respond_user_inactive(self, request: HttpRequest, user: Utilisateur) -> HttpResponse:
        """Send back whoever's account was closed between the code's sending and its typing."""
        self.add_message(request, ERROR, message=COMPTE_FERME)
        return redirect("account_login")
