"""Pages of conversations. Reading never writes: the read mark is a POST of its own."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messagerie.erreurs import MessageTropLong, MessageVide
from messagerie.forms import FormulaireMessage
from messagerie.models import Conversation
from messagerie.presentation import lignes_depuis, page_de_lignes
from messagerie.services import envoyer_message, marquer_lu
from messagerie.trames import NUMERO_MAX
from messagerie.views.commun import personne_de
from profils.models import Utilisateur

PAR_PAGE = 30


@require_GET
def conversations(request: HttpRequest) -> HttpResponse:
    """The person's conversations, the last active first."""
    personne = personne_de(request)
    siennes = Conversation.objects.avec_non_lus(personne).detaillees().order_by("-active_le", "pk")
    page = Paginator(siennes, PAR_PAGE).get_page(request.GET.get("page"))
    lignes = [(c, c.entreprises(sans=personne), c.dernier_message) for c in page]
    return render(request, "messagerie/conversations.html", {"page": page, "lignes": lignes})


@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Read the last messages (or those before `?avant=`), and write one by the plain form."""
    personne = personne_de(request)
    ouverte = get_object_or_404(
        Conversation.objects.visibles_par(personne).select_related("echange").detaillees(), uuid=conversation
    )
    formulaire = FormulaireMessage(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _envoyer(formulaire, personne, ouverte):
        return redirect(reverse("messagerie:conversation", args=[ouverte.uuid]) + "#dernier")
    avant = _numero(request.GET.get("avant"))
    contexte = {
        "conversation": ouverte,
        "entreprises": ouverte.entreprises(sans=personne),
        "participants": [p for p in ouverte.participants.all() if p.utilisateur_id != personne.pk],
        "page": page_de_lignes(ouverte, personne, avant),
        "est_ancienne": avant is not None,
        "lu_jusqua": next(p.lu_jusqua for p in ouverte.participants.all() if p.utilisateur_id == personne.pk),
        "formulaire": formulaire,
    }
    return render(request, "messagerie/conversation.html", contexte, status=422 if formulaire.errors else 200)


@require_GET
def depuis(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """The lines after message `?n=`, as the page shows them: what the page asks for without a socket."""
    personne = personne_de(request)
    ouverte = get_object_or_404(Conversation.objects.visibles_par(personne), uuid=conversation)
    numero = _numero(request.GET.get("n"))
    if numero is None:
        return HttpResponseBadRequest("n\u00a0: un numéro de message est attendu.")
    return render(request, "messagerie/_messages.html", {"lignes": lignes_depuis(ouverte, personne, numero)})


@require_POST
def lu(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Move the read mark; the script sends it by the socket when there is one."""
    personne = personne_de(request)
    ouverte = get_object_or_404(Conversation.objects.visibles_par(personne), uuid=conversation)
    numero = _numero(request.POST.get("numero"))
    if numero is None:
        return HttpResponseBadRequest("numero\u00a0: un numéro de message est attendu.")
    marquer_lu(par=personne, conversation=ouverte, jusqua=numero)
    if "suite" in request.POST:  # the button of the page without script
        return redirect("messagerie:conversations")
    return HttpResponse(status=204)


@require_GET
def de_echange(request: HttpRequest, echange: UUID) -> HttpResponse:
    """Lead from an échange to its conversation."""
    ouverte = get_object_or_404(
        Conversation.objects.visibles_par(personne_de(request)), echange__uuid=echange
    )
    return redirect("messagerie:conversation", conversation=ouverte.uuid)


def _envoyer(formulaire: FormulaireMessage, personne: Utilisateur, ouverte: Conversation) -> bool:
    """Send what the form holds; what is refused is said at the field."""
    if not formulaire.is_valid():
        return False
    try:
        envoyer_message(
            par=personne,
            conversation=ouverte,
            texte=formulaire.cleaned_data["texte"],
            cle_client=formulaire.cleaned_data["cle"],
        )
    except (MessageVide, MessageTropLong) as erreur:
        formulaire.add_error("texte", erreur.message)
        return False
    return True


def _numero(brut: str | None) -> int | None:
    """Read a message number from an address or a form; None if it is not one."""
    if brut is None or not (brut.isascii() and brut.isdigit()):
        return None
    numero = int(brut[:20])
    return numero if numero <= NUMERO_MAX else None
