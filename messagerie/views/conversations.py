"""Pages of conversations. Reading never writes: the read mark is a POST of its own."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from messagerie.erreurs import (
    FormatDePieceRefuse,
    MessageTropLong,
    MessageVide,
    PieceIllisible,
    PieceTropLourde,
    TropDePieces,
)
from messagerie.forms import FormulaireMessage
from messagerie.models import Conversation
from messagerie.presentation import LOT, lignes_depuis, page_de_lignes
from messagerie.presentation_groupe import lectures_de
from messagerie.services import envoyer_message, marquer_lu
from messagerie.services.pieces import PIECES_PAR_MESSAGE, preparer_piece
from messagerie.trames import NUMERO_MAX
from messagerie.views.commun import conversation_de, est_fragment, participant_de, personne_de
from profils.models import Utilisateur

PAR_PAGE = 30
RECHARGEMENT = "15"  # seconds
ERREURS_AU_CHAMP = (
    MessageVide,
    MessageTropLong,
    FormatDePieceRefuse,
    PieceIllisible,
    PieceTropLourde,
    TropDePieces,
)


@require_GET
def conversations(request: HttpRequest) -> HttpResponse:
    """The person's conversations, the last active first; with `?archives`, those she has put away."""
    personne = personne_de(request)
    archives = "archives" in request.GET
    siennes = Conversation.objects.avec_non_lus(personne).rangees(personne, archivees=archives)
    siennes = siennes.select_related("echange").detaillees().order_by("-active_le", "pk")
    page = Paginator(siennes, PAR_PAGE).get_page(request.GET.get("page"))
    lignes = [(c, c.entreprises(sans=personne), c.dernier_message) for c in page]
    return render(
        request, "messagerie/conversations.html", {"page": page, "lignes": lignes, "archives": archives}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Read the last messages (or those before `?avant=`), and write one by the plain form.

    `?suivre`: only reading, a page that comes again by itself where there is no script; nothing is being
    written in it that could be lost.
    """
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    formulaire = (
        FormulaireMessage(request.POST, request.FILES) if request.method == "POST" else FormulaireMessage()
    )
    if request.method == "POST":
        est_parti = _envoyer(formulaire, personne, ouverte)
        if _est_script(request):
            return _repondre_au_script(formulaire)
        if est_parti:
            suite = "?suivre#dernier" if "sans_script" in request.POST else "#dernier"
            return redirect(reverse("messagerie:conversation", args=[ouverte.uuid]) + suite)
    avant = _numero(request.GET.get("avant"))
    page = page_de_lignes(ouverte, personne, avant)
    if avant is not None and est_fragment(request):
        moi = participant_de(personne, ouverte)
        contexte = {"page": page, "depuis": moi.depuis_numero}
        return render(request, "messagerie/_historique.html", contexte)
    contexte = {
        "conversation": ouverte,
        "entreprises": ouverte.entreprises(sans=personne),
        "moi": participant_de(personne, ouverte),
        "lectures": lectures_de(ouverte, personne),
        "page": page,
        "est_ancienne": avant is not None,
        "est_suivie": "suivre" in request.GET and avant is None and not formulaire.is_bound,
        "formulaire": formulaire,
    }
    reponse = render(
        request, "messagerie/conversation.html", contexte, status=422 if formulaire.errors else 200
    )
    if contexte["est_suivie"]:
        reponse["Refresh"] = RECHARGEMENT
    return reponse


@require_GET
def depuis(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """The lines after message `?n=` (the next one with `seul`), as the page shows them, and who has read."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    numero = _numero(request.GET.get("n"))
    if numero is None:
        return HttpResponseBadRequest("n\u00a0: un numéro de message est attendu.")
    lignes = lignes_depuis(ouverte, personne, numero, 1 if "seul" in request.GET else LOT)
    contexte = {"lignes": lignes, "lectures": lectures_de(ouverte, personne)}
    return render(request, "messagerie/_messages.html", contexte)


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
    """Lead from an échange to its conversation, or offer to come back to it."""
    personne = personne_de(request)
    ouverte = Conversation.objects.visibles_par(personne).filter(echange__uuid=echange).first()
    if ouverte is not None:
        return redirect("messagerie:conversation", conversation=ouverte.uuid)
    quittee = get_object_or_404(
        Conversation.objects.ouvertes_a(personne).select_related("echange").detaillees(),
        echange__uuid=echange,
    )
    contexte = {"conversation": quittee, "entreprises": quittee.entreprises()}
    return render(request, "messagerie/quittee.html", contexte)


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
            pieces=[
                preparer_piece(nom=piece.name or "", fichier=piece)
                for piece in formulaire.cleaned_data["pieces"][: PIECES_PAR_MESSAGE + 1]
            ],
        )
    except ERREURS_AU_CHAMP as erreur:
        formulaire.add_error("texte", erreur.message)
        return False
    return True


def _est_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def _repondre_au_script(formulaire: FormulaireMessage) -> HttpResponse:
    """To pieces.js: nothing to show when the message has left, else why not."""
    if not formulaire.errors:
        return HttpResponse(status=204)
    raisons = " ".join(str(raison) for liste in formulaire.errors.values() for raison in liste)
    return HttpResponse(raisons, status=422, content_type="text/plain; charset=utf-8")


def _numero(brut: str | None) -> int | None:
    """Read a message number from an address or a form; None if it is not one."""
    if brut is None or not (brut.isascii() and brut.isdigit()):
        return None
    numero = int(brut[:20])
    return numero if numero <= NUMERO_MAX else None
