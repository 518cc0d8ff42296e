"""Middleware: the one place where an `ErreurMetier` becomes a page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from echange.socle.erreurs import ErreurMetier


class ErreursMetier:
    """Render an uncaught `ErreurMetier` with its own status; every other exception goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ErreurMetier):
            return None
        return render(request, "erreur_metier.html", {"erreur": exception}, status=exception.statut)
