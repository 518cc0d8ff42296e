"""The second factor: six digits from an app on one's phone, asked of whoever animates.

The code of the mail proves the mailbox; whoever reads other people's listings, reports and addresses proves a
phone too. allauth holds the secret, checks it at each sign-in and gives ten spare codes; here are our words,
our screens' forms, and what the doors of the console and of the CMS ask.
"""

from __future__ import annotations

import base64
import re

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from echange.socle.forms import FormulaireEchange
from profils.models import Utilisateur

_EN_SESSION = "second_facteur"  # the key of the person who proved a phone in this session


class AdaptateurSecondFacteur(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's second factor in our words; secrets are unreadable in a copy of the database alone."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Ce code n’est pas le bon. Recopiez les six chiffres affichés maintenant.",
        "unverified_email": "Entrez d’abord une fois avec le code reçu par e-mail.",
    }

    def encrypt(self, text: str) -> str:
        return _chiffre().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; one that another `SECRET_KEY` wrote opens nothing."""
        try:
            return _chiffre().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""


def _chiffre() -> Fernet:
    cle = salted_hmac("profils.second_facteur", "cle", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(cle))


class _CodeDuTelephone(FormulaireEchange, forms.Form):
    """Six digits, with or without spaces; or one of the spare codes."""

    code = forms.CharField(
        label="Le code à six chiffres de votre téléphone",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Recopiez le code affiché par l’application."},
    )

    def clean_code(self) -> str:
        self.cleaned_data["code"] = re.sub(r"\D", "", self.cleaned_data["code"])
        code: str = super().clean_code()  # type: ignore[misc]  # of the allauth form beside
        return code


class FormulairePose(_CodeDuTelephone, ActivateTOTPForm):  # type: ignore[misc]
    """The first code proves that the secret is in the phone."""


class FormulaireSecondFacteur(_CodeDuTelephone, AuthenticateForm):  # type: ignore[misc]
    """Asked at sign-in, after the code of the mail."""


class FormulairePreuve(_CodeDuTelephone, ReauthenticateForm):  # type: ignore[misc]
    """Asked in a session opened before the phone was known."""


def a_un_second_facteur(utilisateur: Utilisateur) -> bool:
    return bool(Authenticator.objects.filter(user=utilisateur, type=Authenticator.Type.TOTP).exists())


def noter_la_preuve(request: HttpRequest, utilisateur: Utilisateur) -> None:
    """This session's person has proved her phone."""
    request.session[_EN_SESSION] = utilisateur.pk


def est_prouve(request: HttpRequest, utilisateur: Utilisateur) -> bool:
    return bool(request.session.get(_EN_SESSION) == utilisateur.pk)


def manque_le_second_facteur(request: HttpRequest, utilisateur: Utilisateur) -> bool:
    """Say whether the doors of animation must send this person to prove a phone first: no query."""
    return settings.SECOND_FACTEUR and not est_prouve(request, utilisateur)


@transaction.atomic
def oublier_second_facteur(*, utilisateur: Utilisateur) -> bool:
    """Forget a lost phone and its spare codes; say whether there was one. Who asks was checked before."""
    return bool(Authenticator.objects.filter(user=utilisateur).delete()[0])
