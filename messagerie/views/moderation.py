"""What protects people in a conversation: report, block, bring the animation in."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messagerie.forms import FormulaireSignalement
from messagerie.models import Conversation, Signalement
from messagerie.models.conversations import cle_de
from messagerie.presentation import en_lignes
from messagerie.services import fermeture, invitations
from messagerie.services.signalements import signaler_message
from messagerie.views.commun import conversation_de, personne_de

PAR_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def signaler(request: HttpRequest, conversation: UUID, numero: int) -> HttpResponse:
    """Ask why, then tell the animation."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    lisibles = ouverte.messages.lisibles_par(personne).avec_auteurs()
    message = get_object_or_404(lisibles.exclude(auteur=personne).exclude(est_systeme=True), numero=numero)
    formulaire = FormulaireSignalement(request.POST if request.method == "POST" else None)
    if formulaire.is_valid():
        signaler_message(par=personne, message=message, **formulaire.raison)
        messages.success(request, "Merci. L’animation du territoire va lire ce message et vous répondre.")
        return redirect("messagerie:signalements")
    contexte = {
        "conversation": ouverte,
        "ligne": en_lignes([message], personne)[0],
        "formulaire": formulaire,
    }
    return render(request, "messagerie/signaler.html", contexte, status=422 if formulaire.is_bound else 200)


@require_safe
def signalements(request: HttpRequest) -> HttpResponse:
    """What one has reported, and what became of it."""
    siens = Signalement.objects.filter(par=personne_de(request)).select_related("entreprise")
    page = Paginator(siens, PAR_PAGE).get_page(request.GET.get("page"))
    return render(request, "messagerie/suivi.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def bloquer(request: HttpRequest, conversation: UUID, entreprise: UUID) -> HttpResponse:
    """Say what it does, then block."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    bloquee = next((e for e in ouverte.entreprises(sans=personne) if e.uuid == entreprise), None)
    if bloquee is None:
        raise Http404
    if request.method != "POST":
        contexte = {
            "conversation": ouverte,
            "bloquee": bloquee,
            "est_a_plusieurs": len(ouverte.entreprises()) > 2,
        }
        return render(request, "messagerie/bloquer.html", contexte)
    fermeture.bloquer_depuis(par=personne, conversation=ouverte, bloquee=bloquee)
    messages.success(request, f"{bloquee.nom} est bloquée\u00a0: vous ne serez plus mis en relation.")
    return redirect("messagerie:conversations")


@require_POST
def inviter(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Bring somebody of the animation in (`qui`: her key on the page), in view of all."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    equipe = invitations.equipe_a_inviter(ouverte, personne)
    qui = request.POST.get("qui")
    animatrice = next((a for a in equipe if cle_de(ouverte.pk, a.pk) == qui), None)
    if animatrice is None:
        return _vers_options(ouverte)
    invitations.inviter_animation(
        par=personne, conversation=ouverte, animatrice=animatrice, lit_tout="lit_tout" in request.POST
    )
    return redirect("messagerie:conversation", ouverte.uuid)


@require_POST
def raccompagner(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """End the invitation of the person `qui` (`Participant.cle`)."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    invitee = next((p for p in ouverte.participants.all() if p.cle == request.POST.get("qui")), None)
    if invitee is not None and invitee.est_animation:
        invitations.raccompagner_animation(par=personne, conversation=ouverte, animatrice=invitee.utilisateur)
    return _vers_options(ouverte)


def _vers_options(ouverte: Conversation) -> HttpResponse:
    return redirect("messagerie:options", ouverte.uuid)
