"""What the person has been told, how she wants to be told, and the link that stops a kind of mail."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messagerie.forms import FormulaireReglages
from messagerie.models import Notification
from messagerie.notifications.avis import GENRES
from messagerie.notifications.courrier import lire_jeton
from messagerie.notifications.reglages import arreter_courriels, marquer_lues, regler
from messagerie.services import push
from messagerie.views.commun import personne_de

PAR_PAGE = 30


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """Everything the person was told, the newest first."""
    siennes = Notification.objects.visibles_par(personne_de(request)).order_by("-cree_le", "-pk")
    page = Paginator(siennes, PAR_PAGE).get_page(request.GET.get("page"))
    non_lues = siennes.non_lues().exists()
    return render(request, "messagerie/notifications.html", {"page": page, "a_des_non_lues": non_lues})


@require_POST
def ouvrir(request: HttpRequest, notification: UUID) -> HttpResponse:
    """Read one line: it is marked read, and leads to its page."""
    personne = personne_de(request)
    ouverte = get_object_or_404(Notification.objects.visibles_par(personne), uuid=notification)
    marquer_lues(par=personne, notification=ouverte)
    return redirect(ouverte.chemin)


@require_POST
def tout_lire(request: HttpRequest) -> HttpResponse:
    marquer_lues(par=personne_de(request))
    return redirect("messagerie:notifications")


@require_http_methods(["GET", "HEAD", "POST"])
def reglages(request: HttpRequest) -> HttpResponse:
    """Choose the rhythm of each kind of mail, and the hours without any."""
    personne = personne_de(request)
    formulaire = FormulaireReglages(request.POST if request.method == "POST" else None, utilisateur=personne)
    if request.method == "POST" and formulaire.is_valid():
        regler(par=personne, rythmes=formulaire.rythmes, calme=formulaire.calme)
        messages.success(request, "C’est noté. Vos prochains courriels suivront ce choix.")
        return redirect("messagerie:reglages_notifications")
    statut = 422 if formulaire.errors else 200
    contexte = {"formulaire": formulaire, "cle_push": push.cle_publique() if push.est_actif() else ""}
    return render(request, "messagerie/reglages.html", contexte, status=statut)


@csrf_exempt  # a mail reader posts here by itself (RFC 8058), with the signed link and nothing else
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def desabonner(request: HttpRequest, jeton: str) -> HttpResponse:
    """Stop one kind of mail from the mail itself, without signing in; doing it twice does it once.

    Opening the link only asks: link scanners open every link of a mail.
    """
    lu = lire_jeton(jeton)
    if lu is None:
        raise Http404
    utilisateur, genre = lu
    if request.method == "POST":
        arreter_courriels(utilisateur=utilisateur, genre=genre)
    contexte = {"genre": GENRES.get(genre), "est_fait": request.method == "POST"}
    return render(request, "messagerie/desabonner.html", contexte)
