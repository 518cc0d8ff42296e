"""The screens of the second factor: set it, prove it, keep the spare codes."""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.internal.flows import view_recovery_codes
from allauth.mfa.totp.internal import flows
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from profils.acces import utilisateur_de
from profils.second_facteur import (
    FormulairePose,
    FormulairePreuve,
    FormulaireSecondFacteur,
    a_un_second_facteur,
    est_prouve,
    noter_la_preuve,
)
from profils.views import suite_de


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_facteur(request: HttpRequest) -> HttpResponse:
    """Set the second factor; or prove it, in a session that has not yet."""
    utilisateur = utilisateur_de(request)
    suite = suite_de(request) or reverse("profils:accueil")
    deja = a_un_second_facteur(utilisateur)
    if deja and est_prouve(request, utilisateur):
        return redirect(suite)
    donnees = request.POST if request.method == "POST" else None
    formulaire: Any = (FormulairePreuve if deja else FormulairePose)(donnees, user=utilisateur)
    if not formulaire.is_valid():
        gabarit = "account/second_facteur.html" if deja else "account/poser_telephone.html"
        contexte = {"form": formulaire} | ({} if deja else _a_scanner(request, formulaire.secret))
        return render(request, gabarit, contexte, status=422 if formulaire.is_bound else 200)
    if deja:
        formulaire.save()
    else:
        flows.activate_totp(request, formulaire)
        messages.success(request, "Votre téléphone est enregistré.")
    noter_la_preuve(request, utilisateur)
    return redirect(suite if deja else f"{reverse('codes_de_secours')}?{urlencode({'suite': suite})}")


def _a_scanner(request: HttpRequest, secret: str) -> dict[str, str]:
    """The same secret three ways: to scan, to touch on the phone itself, to copy."""
    adaptateur = get_adapter()
    adresse = adaptateur.build_totp_url(utilisateur_de(request), secret)
    image = base64.b64encode(adaptateur.build_totp_svg(adresse).encode()).decode()
    return {
        "image": f"data:image/svg+xml;base64,{image}",
        "adresse": adresse,
        "secret": " ".join(secret[rang : rang + 4] for rang in range(0, len(secret), 4)),
    }


@never_cache
@require_safe
def codes_de_secours(request: HttpRequest) -> HttpResponse:
    """The spare codes that are left, for whoever has proved her phone in this session."""
    suite = suite_de(request) or reverse("profils:accueil")
    if not est_prouve(request, utilisateur_de(request)):
        ici = urlencode({"suite": reverse("codes_de_secours")})
        return redirect(f"{reverse('mfa_activate_totp')}?{ici}")
    codes, _ = view_recovery_codes(request)
    restants = codes.get_unused_codes() if codes else []
    return render(request, "account/codes_de_secours.html", {"codes": restants, "suite": suite})


@method_decorator([login_not_required, never_cache], name="dispatch")
class VueSecondFacteur(AuthenticateView):  # type: ignore[misc]  # allauth ships no types
    """The second step of a sign-in."""

    template_name = "account/second_facteur.html"

    def _build_forms(self) -> Any:
        donnees = self.request.POST if self.request.method == "POST" else None
        self.auth_form = FormulaireSecondFacteur(donnees, user=self.stage.login.user)
        self.webauthn_form = None
        return self.auth_form if donnees is not None else None

    def form_valid(self, form: FormulaireSecondFacteur) -> HttpResponse:
        utilisateur = self.stage.login.user
        reponse: HttpResponse = super().form_valid(form)
        if self.request.user == utilisateur:
            noter_la_preuve(self.request, utilisateur)
        return reponse

    def form_invalid(self, form: FormulaireSecondFacteur) -> HttpResponse:
        reponse: HttpResponse = super().form_invalid(form)
        reponse.status_code = 422
        return reponse
