"""Answer a bilan: from the mail without signing in, or from the échange's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from matching.erreurs import BilanExpire, BilanInconnu, ReponseInconnue
from matching.forms_bilans import FormulaireDernierEcran
from matching.jetons_bilan import creer_jeton_temoignage, lire_jeton, lire_jeton_temoignage
from matching.models import Bilan
from matching.presentation.bilans import FicheBilan
from matching.services.bilans import completer_bilan, repondre_bilan, retirer_temoignage
from matching.views.commun import envoi
from profils.acces import RequeteEntreprise, avec_entreprise
from profils.models import Utilisateur


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def repondre(request: HttpRequest, jeton: str) -> HttpResponse:
    """The link of the mail: opening it shows, only a button writes."""
    lu = lire_jeton(jeton)
    if lu is None:
        return _indisponible(request, BilanInconnu())
    bilan, personne = lu
    return _jouer(request, bilan, personne)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@avec_entreprise
def bilan(request: RequeteEntreprise, echange: UUID) -> HttpResponse:
    """The same, signed in: the last one asked of this échange."""
    siens = Bilan.objects.visibles_par(request.user).poses().filter(entreprise=request.entreprise)
    lus = siens.filter(echange__uuid=echange).select_related("entreprise", "competence", "echange")
    dernier = lus.order_by("-demander_apres").values("pk")[:1]
    return _jouer(request, get_object_or_404(lus, pk__in=dernier), request.user)


def _jouer(request: HttpRequest, bilan: Bilan, personne: Utilisateur) -> HttpResponse:
    if bilan.est_expire:
        return _indisponible(request, BilanExpire())
    fiche = FicheBilan(bilan)
    if fiche.question:
        return _poser(request, fiche, personne)
    if bilan.mots_le is None:
        return _finir(request, fiche, personne)
    retrait = fiche.temoignage and creer_jeton_temoignage(fiche.temoignage, personne)
    return render(request, "matching/bilan_merci.html", {"fiche": fiche, "retrait": retrait})


def _poser(request: HttpRequest, fiche: FicheBilan, personne: Utilisateur) -> HttpResponse:
    """Show a question, or write the answer of the button pressed and go on to the next."""
    est_vide = False
    if request.method == "POST":
        question, reponse = request.POST.get("question", ""), request.POST.get("reponse", "")
        try:
            repondre_bilan(par=personne, bilan=fiche.bilan, question=question, reponse=reponse)
        except BilanExpire as refus:
            return _indisponible(request, refus)
        except ReponseInconnue:
            est_vide = True
        else:
            return redirect(request.path)
    contexte = {"fiche": fiche, "est_vide": est_vide}
    return render(request, "matching/bilan.html", contexte, status=422 if est_vide else 200)


def _finir(request: HttpRequest, fiche: FicheBilan, personne: Utilisateur) -> HttpResponse:
    bilan = fiche.bilan
    if "reponse" in request.POST:
        return redirect(request.path)  # a tap late by one screen: another phone has answered
    formulaire = FormulaireDernierEcran(envoi(request), ebauche=fiche.ebauche if bilan.peut_temoigner else "")
    if formulaire.is_valid():
        donnees = formulaire.cleaned_data
        completer_bilan(
            par=personne,
            bilan=bilan,
            mots=donnees["mots"],
            temoignage=donnees.get("temoignage", ""),
            consent=donnees.get("consentement", False),
        )
        return redirect(request.path)
    contexte = {"fiche": fiche, "formulaire": formulaire}
    return render(request, "matching/bilan_fin.html", contexte, status=422 if formulaire.is_bound else 200)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(request: HttpRequest, jeton: str) -> HttpResponse:
    """Take the agreement to a publication back, from the mail or from the last screen."""
    lu = lire_jeton_temoignage(jeton)
    if lu is None:
        return _indisponible(request, BilanInconnu())
    temoignage, personne = lu
    if request.method == "POST":
        temoignage = retirer_temoignage(par=personne, temoignage=temoignage)
    return render(request, "matching/temoignage_retirer.html", {"temoignage": temoignage})


def _indisponible(request: HttpRequest, refus: BilanInconnu | BilanExpire) -> HttpResponse:
    """One page for a link that opens nothing, whatever the reason, and what to do instead."""
    return render(request, "matching/bilan_indisponible.html", {"refus": refus}, status=refus.statut)
