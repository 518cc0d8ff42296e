"""Territoires, as a référent opens, closes, opens again and merges them, and names their teams."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from animation.acces import RequeteReferent, reserve_aux_referents
from animation.forms_territoires import (
    RECHERCHE_MAX,
    FormulaireInvitation,
    FormulaireOuverture,
    FormulaireReunion,
)
from animation.models import Invitation
from animation.services import equipe as services_equipe
from animation.services import invitations as services_invitations
from animation.services import reunion
from animation.services import territoires as services
from animation.territoires import apercevoir, journal, lignes, portee
from echange.socle.erreurs import ErreurMetier
from matching.views.commun import RefusDits, envoi
from profils.models import Utilisateur
from territoires.models import Territoire
from territoires.perimetre import Perimetre, chercher_lieux

OUVRIR = "ouvrir"  # the one button that writes; the others only look


@require_safe
@reserve_aux_referents
def territoires(request: RequeteReferent) -> HttpResponse:
    contexte = {"ouverts": lignes(ouverts=True), "fermes": lignes(ouverts=False)}
    return render(request, "animation/territoires.html", contexte)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def ouvrir(request: RequeteReferent) -> HttpResponse:
    """One screen: the places are looked for and seen on a map before anything is written.

    The draft travels in the form itself: no e-mail in an address, and nothing kept until « Ouvrir ».
    """
    formulaire = FormulaireOuverture(envoi(request))
    perimetre = formulaire.perimetre
    ouvre = request.POST.get("etape") == OUVRIR
    if ouvre and formulaire.is_valid():
        try:
            territoire = services.ouvrir(
                par=request.user,
                nom=formulaire.cleaned_data["nom"],
                code=formulaire.cleaned_data["code"],
                perimetre=perimetre,
                emails=formulaire.cleaned_data["emails"],
            )
        except ErreurMetier as refus:
            formulaire.add_error(None, refus.message)
        else:
            messages.success(request, f"«\u00a0{territoire.nom}\u00a0» est ouvert. Sa page est en ligne.")
            return redirect("animation:territoire", territoire.code)
    contexte = {
        # looking for places complains of nothing that is not written yet
        "formulaire": formulaire if ouvre else FormulaireOuverture(initial=request.POST.dict()),
        **_choix(request, perimetre),
    }
    gabarit = "animation/_perimetre.html" if request.htmx else "animation/ouvrir_territoire.html"
    return render(request, gabarit, contexte, status=422 if ouvre else 200)


def _choix(request: RequeteReferent, perimetre: Perimetre) -> dict[str, Any]:
    q = request.POST.get("q", "")[:RECHERCHE_MAX].replace("\0", "").strip()
    apercu = apercevoir(perimetre) if perimetre else None
    pris = {lieu.cle for lieu in apercu.lieux} if apercu else set()
    trouves = [lieu for lieu in chercher_lieux(q) if lieu.cle not in pris] if q else []
    carte = json.dumps(apercu.carte, ensure_ascii=False) if apercu else ""
    return {"q": q, "trouves": trouves, "apercu": apercu, "carte": carte}


@require_safe
@reserve_aux_referents
def territoire(request: RequeteReferent, code: str) -> HttpResponse:
    return _fiche(request, _lire(code), FormulaireInvitation())


@require_POST
@reserve_aux_referents
def inviter(request: RequeteReferent, code: str) -> HttpResponse:
    lu = _lire(code)
    formulaire = FormulaireInvitation(request.POST)
    if not formulaire.is_valid():
        return _fiche(request, lu, formulaire, statut=422)
    with RefusDits(request):
        envoyee = services_invitations.inviter(
            par=request.user, territoire=lu, email=formulaire.cleaned_data["email"]
        )
        if envoyee:
            messages.success(request, f"L’invitation part à {envoyee.email}, valable 7 jours.")
        else:
            messages.info(request, "Cette personne fait déjà partie de l’équipe.")
    return redirect("animation:territoire", lu.code)


@require_POST
@reserve_aux_referents
def retirer_invitation(request: RequeteReferent, code: str, invitation: UUID) -> HttpResponse:
    lue = get_object_or_404(Invitation.objects.filter(territoire=_lire(code)), uuid=invitation)
    services_invitations.retirer_invitation(par=request.user, invitation=lue)
    messages.success(request, "L’invitation est retirée\u00a0: son lien ne sert plus.")
    return redirect("animation:territoire", code)


@require_POST
@reserve_aux_referents
def relever(request: RequeteReferent, code: str, personne: int) -> HttpResponse:
    lu = _lire(code)
    services_equipe.relever_animateur(par=request.user, utilisateur=_membre(lu, personne), territoire=lu)
    messages.success(request, "Cette personne n’anime plus ce territoire.")
    return redirect("animation:territoire", code)


@require_POST
@reserve_aux_referents
def telephone(request: RequeteReferent, code: str, personne: int) -> HttpResponse:
    lu = _lire(code)
    services_equipe.remettre_telephone(par=request.user, utilisateur=_membre(lu, personne), territoire=lu)
    messages.success(request, "À sa prochaine connexion, cette personne enregistrera un nouveau téléphone.")
    return redirect("animation:territoire", code)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def fermer(request: RequeteReferent, code: str) -> HttpResponse:
    """Say what closing would change, then close."""
    lu = _lire(code)
    if request.method == "POST":
        if services.fermer(par=request.user, territoire=lu):
            messages.success(request, f"«\u00a0{lu.nom}\u00a0» est fermé. Vous pourrez le rouvrir.")
        return redirect("animation:territoire", lu.code)
    if not lu.est_ouvert:
        return redirect("animation:territoire", lu.code)
    return render(request, "animation/fermer_territoire.html", {"territoire": lu, "portee": portee(lu)})


@require_POST
@reserve_aux_referents
def rouvrir(request: RequeteReferent, code: str) -> HttpResponse:
    lu = _lire(code)
    with RefusDits(request):
        services.rouvrir(par=request.user, territoire=lu)
        messages.success(request, f"«\u00a0{lu.nom}\u00a0» est rouvert. Invitez son équipe.")
    return redirect("animation:territoire", lu.code)


@require_http_methods(["GET", "HEAD", "POST"])
@reserve_aux_referents
def reunir(request: RequeteReferent, code: str) -> HttpResponse:
    """Say what a merge would change, then merge."""
    lu = _lire(code)
    formulaire = FormulaireReunion(envoi(request), source=lu)
    if formulaire.is_valid():
        cible: Territoire = formulaire.cleaned_data["cible"]
        with RefusDits(request):
            reunion.reunir(par=request.user, source=lu, cible=cible)
            messages.success(request, f"C’est fait\u00a0: «\u00a0{cible.nom}\u00a0» a tout repris.")
            return redirect("animation:territoire", cible.code)
        return redirect("animation:territoire", lu.code)
    if not lu.est_ouvert:
        return redirect("animation:territoire", lu.code)
    contexte = {"territoire": lu, "portee": portee(lu), "formulaire": formulaire}
    statut = 422 if formulaire.is_bound else 200
    return render(request, "animation/reunir_territoires.html", contexte, status=statut)


def _fiche(
    request: RequeteReferent, lu: Territoire, formulaire: FormulaireInvitation, *, statut: int = 200
) -> HttpResponse:
    contexte = {
        "territoire": lu,
        "lieux": Perimetre.de(lu).lieux,
        "portee": portee(lu),
        "invitations": Invitation.objects.en_attente().filter(territoire=lu),
        "formulaire": formulaire,
        "journal": journal(lu),
    }
    return render(request, "animation/territoire.html", contexte, status=statut)


def _lire(code: str) -> Territoire:
    return get_object_or_404(Territoire.objects.select_related("page", "rejoint"), code=code)


def _membre(territoire: Territoire, cle: int) -> Utilisateur:
    return get_object_or_404(Utilisateur.objects.filter(animations__territoire=territoire), pk=cle)
