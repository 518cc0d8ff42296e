"""Receive a letter: one touch for a member, a mail to confirm for anybody; leave in one touch too."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from animation.forms_lettres import FormulaireAbonnement, FormulaireMesLettres
from animation.jetons_lettres import chemin_d_abonnement, est_des_notres, lire_jeton
from animation.services import abonnements as services
from matching.views.commun import envoi
from profils.acces import utilisateur_de


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def abonnements(request: HttpRequest) -> HttpResponse:
    """A member chooses the letters she receives."""
    personne = utilisateur_de(request)
    formulaire = FormulaireMesLettres(envoi(request), personne=personne)
    if formulaire.is_valid():
        services.choisir_lettres(
            par=personne, territoires=formulaire.territoires, nationale=formulaire.nationale
        )
        messages.success(request, "C’est noté.")
        return redirect("lettres:abonnements")
    statut = 422 if formulaire.errors else 200
    return render(request, "animation/abonnements.html", {"formulaire": formulaire}, status=statut)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def demander(request: HttpRequest) -> HttpResponse:
    """Anybody gives an address, and is told the same thing whoever she is."""
    formulaire = FormulaireAbonnement(
        envoi(request), requete=request, initial={"lettre": request.GET.get("lettre", "")[:50]}
    )
    if formulaire.is_valid():
        courriel, territoire = formulaire.cleaned_data["courriel"], formulaire.territoire
        if not formulaire.est_un_robot:
            services.demander_abonnement(courriel=courriel, territoire=territoire)
        contexte = {"courriel": courriel, "lettre": services.nom_de_la_lettre(territoire)}
        return render(request, "animation/abonnement_demande.html", contexte)
    statut = 422 if formulaire.errors else 200
    return render(request, "animation/abonner.html", {"formulaire": formulaire}, status=statut)


@csrf_exempt  # a mail reader posts here by itself (RFC 8058), with the signed link and nothing else
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def abonnement(request: HttpRequest, jeton: str) -> HttpResponse:
    """Confirm or stop, from a mail: opening the link changes nothing, for link scanners open every one.

    A POST stops it, unless it says « confirmer »: what a mail reader sends by itself only ever stops.
    """
    if not est_des_notres(jeton):
        raise Http404
    lu = lire_jeton(jeton)
    if request.method == "POST":
        if lu is not None and request.POST.get("action") == "confirmer":
            return redirect(chemin_d_abonnement(services.confirmer_abonnement(abonnement=lu)))
        if lu is not None:
            services.desabonner(abonnement=lu)
        return redirect(request.path)
    contexte = {
        "abonnement": lu,
        "lettre": services.nom_de_la_lettre(lu.territoire) if lu else "",
    }
    return render(request, "animation/abonnement.html", contexte)
