"""Prolong a listing from the mail that announces its end, signed in or not."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from matching.erreurs import AnnonceNonModifiable
from matching.fraicheur import lire_jeton
from matching.presentation.annonces import FicheAnnonce
from matching.services.annonces import prolonger_annonce


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def prolonger(request: HttpRequest, jeton: str) -> HttpResponse:
    """Ask, then prolong: opening the link changes nothing, for link scanners open every link of a mail."""
    lu = lire_jeton(jeton)
    if lu is None:
        return render(request, "matching/lien_mort.html", status=404)
    annonce, expirait_le = lu
    est_refusee = False
    if request.method == "POST":
        try:
            annonce = prolonger_annonce(
                annonce=annonce,
                expirait_le=expirait_le,
                sans_limite="sans_limite" in request.POST,
            )
        except AnnonceNonModifiable:
            est_refusee = True
    contexte = {
        "fiche": FicheAnnonce(annonce, est_la_sienne=True),
        "est_prolongee": annonce.est_visible and annonce.expire_le != expirait_le,
        "est_refusee": est_refusee,
    }
    return render(request, "matching/prolonger.html", contexte, status=409 if est_refusee else 200)
