"""A listing whose words no compétence fits yet: what happens next, and the ways not to wait."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from matching.models import Attente
from matching.presentation.attentes import FicheAttente
from matching.services.mots import clore_attente
from profils.acces import RequeteEntreprise, avec_entreprise


@require_safe
@avec_entreprise
def attente(request: RequeteEntreprise, attente: UUID) -> HttpResponse:
    fiche = FicheAttente(_la_sienne(request, attente))
    return render(request, "matching/attente.html", {"fiche": fiche})


@require_POST
@avec_entreprise
def abandonner_attente(request: RequeteEntreprise, attente: UUID) -> HttpResponse:
    clore_attente(attente=_la_sienne(request, attente))
    messages.success(request, "Votre texte est retiré.")
    return redirect("matching:mes_annonces")


def _la_sienne(request: RequeteEntreprise, uuid: UUID) -> Attente:
    siennes = Attente.objects.de_entreprise(request.entreprise).detaillees()
    return get_object_or_404(siennes, uuid=uuid)
