"""Who acts for a company: invite a colleague, take it back, part; and the link of an invitation."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from profils.acces import agir_pour, utilisateur_de
from profils.forms import FormulaireCollegue, FormulaireInvitation
from profils.invitations import (
    EntrepriseALEcart,
    TropDInvitations,
    accepter_invitation,
    inviter_collegue,
    lire_jeton,
    retirer_invitation,
)
from profils.liens import CompteFerme, InvitationPerimee, entrer
from profils.membres import arrives_apres, retirer_membre
from profils.models import SUITE_MAX, Entreprise, InvitationMembre, Membre, Utilisateur
from profils.views import suite_de


@require_http_methods(["GET", "HEAD", "POST"])
def equipe(request: HttpRequest, entreprise: UUID) -> HttpResponse:
    """Who acts for the company, who is expected, and the form that invites (`?suite=`: where she begins)."""
    personne, sienne = _sienne(request, entreprise)
    formulaire = FormulaireCollegue(request.POST if request.method == "POST" else None)
    if formulaire.is_valid() and _inviter(request, formulaire, personne, sienne):
        return redirect(request.get_full_path())
    contexte = {
        "entreprise": sienne,
        "membres": sienne.membres.select_related("utilisateur").order_by("pk"),
        "retirables": set(arrives_apres(personne, sienne).values_list("pk", flat=True)),
        "invitations": sienne.invitations.all(),
        "formulaire": formulaire,
        "suite": suite_de(request),
    }
    statut = 422 if formulaire.is_bound else 200
    return render(request, "profils/equipe.html", contexte, status=statut)


@require_POST
def retirer(request: HttpRequest, entreprise: UUID, membre: int) -> HttpResponse:
    """End that a colleague who came later acts for the company."""
    personne, sienne = _sienne(request, entreprise)
    collegue = get_object_or_404(Membre.objects.select_related("utilisateur"), entreprise=sienne, pk=membre)
    retirer_membre(par=personne, entreprise=sienne, utilisateur=collegue.utilisateur)
    messages.success(request, f"{collegue.utilisateur} n’agit plus pour {sienne.nom}.")
    return redirect("profils:equipe", sienne.uuid)


@require_POST
def reprendre_invitation(request: HttpRequest, entreprise: UUID, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    personne, sienne = _sienne(request, entreprise)
    envoyee = get_object_or_404(InvitationMembre, entreprise=sienne, uuid=invitation)
    retirer_invitation(par=personne, invitation=envoyee)
    messages.success(request, f"L’invitation de {envoyee.email} ne sert plus.")
    return redirect("profils:equipe", sienne.uuid)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, jeton: str) -> HttpResponse:
    """Reading it writes nothing; one button accepts and signs in."""
    lue = lire_jeton(jeton)
    if lue is None:
        return render(request, "profils/invitation.html", {"invitation": None})
    formulaire = FormulaireInvitation(request.POST if request.method == "POST" else None, email=lue.email)
    if not formulaire.is_valid():
        contexte = {"invitation": lue, "formulaire": formulaire}
        return render(
            request, "profils/invitation.html", contexte, status=422 if formulaire.is_bound else 200
        )
    try:
        utilisateur = accepter_invitation(invitation=lue, prenom=formulaire.prenom_dit)
    except (InvitationPerimee, CompteFerme) as refus:
        return render(request, "profils/invitation.html", {"invitation": None, "refus": refus.message})
    reponse = entrer(request, utilisateur, suite=lue.suite or reverse("profils:accueil"))
    agir_pour(request, lue.entreprise)
    return reponse


def _inviter(
    request: HttpRequest, formulaire: FormulaireCollegue, personne: Utilisateur, sienne: Entreprise
) -> bool:
    """Send the invitation; what is refused is said at the field."""
    email, suite = formulaire.cleaned_data["email"], suite_de(request)
    suite = suite if len(suite) <= SUITE_MAX else ""
    try:
        envoyee = inviter_collegue(par=personne, entreprise=sienne, email=email, suite=suite)
    except (EntrepriseALEcart, TropDInvitations) as refus:
        formulaire.add_error("email", refus.message)
        return False
    if envoyee is None:
        formulaire.add_error("email", "Cette personne agit déjà pour votre entreprise.")
        return False
    messages.success(request, f"L’invitation est partie à {envoyee.email}.")
    return True


def _sienne(request: HttpRequest, entreprise: UUID) -> tuple[Utilisateur, Entreprise]:
    """Return the person and her company, 404 for anyone else's."""
    personne = utilisateur_de(request)
    return personne, get_object_or_404(Entreprise.objects.de(personne), uuid=entreprise)
