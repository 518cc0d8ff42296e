"""One's own settings of a conversation: for whom one speaks, mute, put away, leave, come back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from matching.models import Echange
from messagerie.models.conversations import cle_de
from messagerie.presentation_groupe import collegues_a_rappeler
from messagerie.services import groupe, rangement
from messagerie.services.invitations import equipe_a_inviter
from messagerie.services.rappels import collegues_absents, rappeler_collegue
from messagerie.views.commun import conversation_de, participant_de, personne_de


@require_safe
def options(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Everything one may do with a conversation beside writing in it."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    moi = participant_de(personne, ouverte)
    contexte = {
        "conversation": ouverte,
        "entreprises": ouverte.entreprises(sans=personne),
        "participants": ouverte.participants.all(),
        "moi": moi,
        "collegues": collegues_a_rappeler(moi),
        "voix": groupe.voix_possibles(personne, ouverte),
        "equipe": [(a, cle_de(ouverte.pk, a.pk)) for a in equipe_a_inviter(ouverte, personne)],
    }
    return render(request, "messagerie/options.html", contexte)


@require_POST
def rappeler(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Ask a colleague who has left to come back (`qui`: her key on the page)."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    absents = collegues_absents(participant_de(personne, ouverte))
    qui = request.POST.get("qui")
    collegue = next((c for c in absents if cle_de(ouverte.pk, c.pk) == qui), None)
    if collegue is not None:
        rappeler_collegue(par=personne, conversation=ouverte, collegue=collegue)
        messages.success(request, f"{collegue.first_name or 'Cette personne'} est prévenu·e.")
    return redirect("messagerie:options", ouverte.uuid)


@require_POST
def voix(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Speak for another of one's companies."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    siennes = {str(entreprise.uuid): entreprise for entreprise in groupe.voix_possibles(personne, ouverte)}
    entreprise = siennes.get(request.POST.get("entreprise", ""))
    if entreprise is not None:
        groupe.choisir_voix(par=personne, conversation=ouverte, entreprise=entreprise)
        messages.success(request, f"Vous parlez maintenant pour {entreprise.nom}.")
    return redirect("messagerie:conversation", ouverte.uuid)


@require_POST
def sourdine(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Mute, or hear again (`active=0`)."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    active = request.POST.get("active") != "0"
    rangement.mettre_en_sourdine(par=personne, conversation=ouverte, active=active)
    dit = "Vous n’êtes plus prévenu de ses messages." if active else "Vous êtes de nouveau prévenu."
    messages.success(request, dit)
    return redirect("messagerie:options", ouverte.uuid)


@require_POST
def archiver(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Put away until the next message, or take out (`active=0`)."""
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    active = request.POST.get("active") != "0"
    rangement.archiver(par=personne, conversation=ouverte, active=active)
    dit = (
        "Rangée. Elle revient dès qu’on y écrit." if active else "La conversation est revenue dans la liste."
    )
    messages.success(request, dit)
    return redirect("messagerie:conversations")


@require_POST
def quitter(request: HttpRequest, conversation: UUID) -> HttpResponse:
    personne = personne_de(request)
    ouverte = conversation_de(personne, conversation)
    retour = (
        "On peut vous y inviter de nouveau."
        if participant_de(personne, ouverte).est_animation
        else "L’échange continue\u00a0: sa page permet d’y revenir."
    )
    groupe.quitter_conversation(par=personne, conversation=ouverte)
    messages.success(request, f"Vous avez quitté la conversation. {retour}")
    return redirect("messagerie:conversations")


@require_POST
def revenir(request: HttpRequest, echange: UUID) -> HttpResponse:
    """Come back to the conversation of one of one's échanges."""
    personne = personne_de(request)
    sien = get_object_or_404(Echange.objects.visibles_par(personne), uuid=echange)
    ouverte = groupe.revenir(par=personne, echange=sien)
    return redirect("messagerie:conversation", ouverte.uuid)
