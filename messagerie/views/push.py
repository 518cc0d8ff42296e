"""Web Push: the settings' switch, and the script that wakes up in a closed browser."""

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from messagerie.services import push
from messagerie.views.commun import personne_de


@require_POST
def abonner(request: HttpRequest) -> HttpResponse:
    """Wake this browser (`adresse`), or no longer (`stop`)."""
    if not push.est_actif():
        raise Http404
    personne, adresse = personne_de(request), request.POST.get("adresse", "")
    if "stop" in request.POST:
        push.desabonner_push(par=personne, adresse=adresse)
    else:
        push.abonner_push(par=personne, adresse=adresse)
    return HttpResponse(status=204)


@login_not_required  # a browser fetches it again by itself, signed in or not; it says nothing of anyone
@cache_control(max_age=0, must_revalidate=True)
@require_safe
def ouvriere(request: HttpRequest) -> HttpResponse:
    """The service worker, under `/messages/`: a browser gives it that part of the site and no more."""
    fichier = finders.find("messagerie/ouvriere.js")
    if not push.est_actif() or not isinstance(fichier, str):
        raise Http404
    return HttpResponse(Path(fichier).read_text("utf-8"), content_type="text/javascript; charset=utf-8")
