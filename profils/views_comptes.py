"""The sign-in screens: allauth's views, entered by one door."""

from typing import Any

from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.views import ConfirmLoginCodeView, LogoutView, RequestLoginCodeView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.generic import RedirectView

from profils.comptes import FormulaireCode, FormulaireConnexion

PERIME = (
    "Ce code a plus d’un quart d’heure, ou il a été demandé dans un autre navigateur. Demandez-en un nouveau."
)


class VueConnexion(RequestLoginCodeView):  # type: ignore[misc]  # allauth ships no types
    template_name = "account/connexion.html"

    def form_invalid(self, form: FormulaireConnexion) -> HttpResponse:
        reponse: HttpResponse = super().form_invalid(form)
        reponse.status_code = 429 if form.has_error("email", "trop_de_demandes") else 422
        return reponse

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: object) -> HttpResponse | None:
        """Stay here: whoever mistyped the e-mail comes back to correct it."""
        return None


@method_decorator(login_not_required, name="dispatch")
class VueCode(ConfirmLoginCodeView):  # type: ignore[misc]  # allauth ships no types
    template_name = "account/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Say why the code is no longer asked, where allauth would go back without a word."""
        attendu = LoginStageController.enter(request, LoginByCodeStage.key)
        if request.method == "POST" and attendu is None and not request.user.is_authenticated:
            messages.error(request, PERIME)
        reponse: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return reponse

    def form_invalid(self, form: FormulaireCode) -> HttpResponse:
        """Ask again, or send back to the start after three wrong codes."""
        reponse: HttpResponse = super().form_invalid(form)
        if reponse.status_code == 200:
            reponse.status_code = 422
        return reponse


class VueDeconnexion(LogoutView):  # type: ignore[misc]  # allauth ships no types
    template_name = "account/deconnexion.html"


@method_decorator(login_not_required, name="dispatch")
class VersConnexion(RedirectView):
    """Whoever looks for a sign-up page finds the one door, with `next` kept."""

    pattern_name = "account_login"
    query_string = True
